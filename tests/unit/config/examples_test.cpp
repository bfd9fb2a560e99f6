#include "config/examples.hpp"

#include "config/load.hpp"
#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <sys/stat.h>

#include <variant>

using hookd::config::write_examples;
using hookd::test::TemporaryFolder;

namespace {

::mode_t mode_of(const std::filesystem::path& path) {
    struct ::stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("what init writes can be loaded as it is") {
    TemporaryFolder folder;
    const auto target = folder / "etc" / "hookd";
    const ::mode_t mask = ::umask(0);
    const auto written = write_examples(target);
    ::umask(mask);
    REQUIRE(written);
    CHECK(*written == std::vector<std::filesystem::path>{target / "hookd.yaml",
                                                         target / "repos.d/example.yaml",
                                                         target / "secrets/example"});
    CHECK(mode_of(target / "secrets/example") == 0600);
    CHECK(mode_of(target / "secrets") == 0700);
    CHECK(mode_of(target / "hookd.yaml") == 0644);

    auto result = hookd::config::load(target / "hookd.yaml");
    if (const auto* problems = std::get_if<hookd::config::Problems>(&result)) {
        for (const auto& problem : *problems) {
            UNSCOPED_INFO(to_text(problem));
        }
        FAIL();
    }
    const auto& configuration = std::get<hookd::config::Configuration>(result);
    CHECK(configuration.server.state == target / "state");
    REQUIRE(configuration.endpoints.size() == 1);
    CHECK(configuration.endpoints[0].secrets.at(0).value.reveal().size() == 64);
    REQUIRE(configuration.repositories.size() == 1);
    CHECK(configuration.repositories[0].rules.size() == 1);
}

TEST_CASE("init gives every folder its own secret") {
    TemporaryFolder folder;
    REQUIRE(write_examples(folder / "a"));
    REQUIRE(write_examples(folder / "b"));
    CHECK(hookd::read_file(folder / "a/secrets/example") !=
          hookd::read_file(folder / "b/secrets/example"));
}

TEST_CASE("init overwrites nothing, and then writes nothing either") {
    TemporaryFolder folder;
    REQUIRE(hookd::make_folders(folder / "repos.d"));
    REQUIRE(hookd::write_file_durably(folder / "repos.d/example.yaml", "mine\n"));
    const auto written = write_examples(folder.path());
    REQUIRE_FALSE(written);
    CHECK(written.error().code == hookd::ErrorCode::exists);
    CHECK(hookd::read_file(folder / "repos.d/example.yaml") == "mine\n");
    CHECK_FALSE(std::filesystem::exists(folder / "hookd.yaml"));
    CHECK_FALSE(std::filesystem::exists(folder / "secrets"));
}
