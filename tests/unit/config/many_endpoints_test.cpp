// What ten thousand endpoints cost: counted in comparisons of text, never in time.
#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <cstddef>
#include <string>
#include <string_view>

using namespace hookd;
using namespace hookd::config;

namespace {

/// Texts that begin so are counted when they are compared; all others are not what is asked.
std::string_view g_counted;
std::size_t g_comparisons = 0;

template <class F>
std::size_t comparisons_of(std::string_view texts, F&& work) {
    g_counted = texts;
    g_comparisons = 0;
    work();
    g_counted = {};
    return g_comparisons;
}

std::string name(std::size_t i) {
    return "acme/repository-" + std::to_string(100'000 + i);
}

/// Of so many shared endpoints, and as many repositories with one of their own.
std::size_t cost_of_loading(std::size_t count) {
    test::ConfigurationFolder folder;
    std::string server = "webhooks:\n";
    for (std::size_t i = 0; i < count; ++i) {
        server += "  - {path: /hooks/shared-" + std::to_string(100'000 + i) +
                  ", provider: github, repositories: [a], secret: {file: secrets/shop}}\n";
        folder.write("repos.d/r" + std::to_string(100'000 + i) + ".yaml",
                     "repository: " + name(i) +
                         "\nwebhook: {provider: github, secret: {file: ../secrets/shop}}\n");
    }
    folder.write("hookd.yaml", server);
    std::size_t endpoints = 0;
    const std::size_t comparisons = comparisons_of("/hooks/", [&] {
        const auto loaded = folder.load();
        endpoints = std::get<Configuration>(loaded).endpoints.size();
    });
    CHECK(endpoints == 2 * count);
    return comparisons;
}

}  // namespace

/// Every comparison of texts comes through here before it reaches the C library's.
extern "C" int memcmp(const void* left, const void* right, std::size_t size) noexcept {
    const auto* a = static_cast<const volatile unsigned char*>(left);
    const auto* b = static_cast<const volatile unsigned char*>(right);
    bool counted = !g_counted.empty() && size >= g_counted.size();
    for (std::size_t i = 0; counted && i < g_counted.size(); ++i) {
        counted = a[i] == static_cast<unsigned char>(g_counted[i]);
    }
    g_comparisons += counted ? 1 : 0;
    for (std::size_t i = 0; i < size; ++i) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

TEST_CASE("loading twice as many endpoints compares little more than twice as often") {
    const std::size_t some = cost_of_loading(100);
    const std::size_t twice = cost_of_loading(200);
    // A search through all of them would be four times as many.
    CHECK(some > 200);
    CHECK(static_cast<double>(twice) < 2.6 * static_cast<double>(some));
}

TEST_CASE("a repository is found among ten thousand without looking at the others") {
    Repositories all;
    constexpr std::size_t k_count = 10'000;
    for (std::size_t i = 0; i < k_count; ++i) {
        Repository repository;
        repository.name = RepositoryName::parse(name(i)).value();
        all.push_back(std::move(repository));
    }
    const std::size_t found = comparisons_of("acme/", [&] {
        for (std::size_t i = 0; i < k_count; ++i) {
            const Repository* const one = all.find(RepositoryName::parse(name(i)).value());
            REQUIRE(one == &all[i]);
        }
    });
    CHECK(found >= k_count);
    CHECK(found <= 4 * k_count);
    const auto none = RepositoryName::parse("acme/none").value();
    CHECK(comparisons_of("acme/", [&] { CHECK(all.find(none) == nullptr); }) <= 4);
}

TEST_CASE("of two repositories with one name the first is found") {
    Repositories all;
    for (const char* path : {"/srv/first.git", "/srv/second.git"}) {
        Repository repository;
        repository.name = RepositoryName::parse("acme/shop").value();
        repository.path = path;
        all.push_back(std::move(repository));
    }
    CHECK(all.find(RepositoryName::parse("acme/shop").value())->path == "/srv/first.git");
    CHECK(all.size() == 2);
}
