// What a stranger can find out by how much work he causes: threats.md T004. The work is counted:
// every call that hashes bytes goes through the function below, which stands before OpenSSL's.
#include "tests/unit/webhook/requests.hpp"
#include "webhook/proof.hpp"

#include <dlfcn.h>

#include <map>
#include <utility>

using namespace hookd;
using namespace hookd::test;

namespace {

/// How often so many bytes were hashed for a digest of so many bytes.
using Hashed = std::map<std::pair<std::size_t, std::size_t>, int>;

Hashed* g_hashed = nullptr;

/// Ids, times and tokens are short, whoever sends them.
constexpr std::size_t k_short = 512;

}  // namespace

extern "C" {
std::size_t EVP_MAC_CTX_get_mac_size(void* context);

int EVP_MAC_update(void* context, const unsigned char* data, std::size_t size) {
    using Update = int (*)(void*, const unsigned char*, std::size_t);
    static const auto k_real = reinterpret_cast<Update>(::dlsym(RTLD_NEXT, "EVP_MAC_update"));
    if (g_hashed != nullptr && size > k_short) {
        ++(*g_hashed)[{EVP_MAC_CTX_get_mac_size(context), size}];
    }
    return k_real(context, data, size);
}
}

namespace {

template <class F>
Hashed hashed_by(F&& work) {
    Hashed hashed;
    g_hashed = &hashed;
    work();
    g_hashed = nullptr;
    return hashed;
}

constexpr std::string_view k_token = "QSBzZWNyZXQgb2Ygc29tZSBsZW5ndGg=";
constexpr std::string_view k_other_token = "QW5vdGhlciBzZWNyZXQsIGFzIGxvbmc=";
constexpr std::string_view k_third_token = "QSB0aGlyZCBzZWNyZXQsIHNvIGxvbmch";

/// One of each kind: a single secret, two, one of which has ended, SHA-1, forms whose content is
/// signed, peers, tokens.
EndpointTable every_kind() {
    config::Configuration all;
    const auto add = [&all](const char* path, const char* provider) -> config::Endpoint& {
        all.endpoints.push_back(endpoint(path, provider, k_token, {"acme/*"}));
        return all.endpoints.back();
    };
    add("/hooks/one", "github");
    add("/hooks/two", "github")
        .secrets.push_back({config::Secret(std::string(k_other_token)), k_now + Milliseconds(1)});
    add("/hooks/ended", "github")
        .secrets.push_back({config::Secret(std::string(k_other_token)), k_now});
    add("/hooks/legacy", "github").legacy_sha1 = config::LegacySha1::yes;
    add("/hooks/tea", "gitea");
    add("/hooks/lab", "gitlab");
    add("/hooks/bucket", "bitbucket").peers = {"203.0.113.0/24"};
    add("/hooks/standard", "standard");
    return EndpointTable(all);
}

http::Request unproven(const std::string& target, std::string_view provider, std::string body,
                       const std::string& type) {
    return with_header(sent(target, provider, "push", k_third_token, std::move(body)),
                       "Content-Type", {type});
}

}  // namespace

TEST_CASE("T004 ten thousand strangers cause the same work, whatever they knock at") {
    const EndpointTable table = every_kind();
    REQUIRE(table.problems().empty());
    const std::vector<std::string> targets = {"/hooks/one",    "/hooks/two",      "/hooks/ended",
                                              "/hooks/legacy", "/hooks/tea",      "/hooks/lab",
                                              "/hooks/bucket", "/hooks/standard", "/hooks/nobody"};
    const std::vector<std::string_view> senders = {"github", "gitea", "gitlab", "bitbucket",
                                                   "standard"};
    const std::string json = R"({"x": ")" + std::string(2000, 'x') + "\"}";
    const std::string form =
        "payload=%7B%7D" + std::string(1500, '+') + "&y=" + std::string(1500, 'y');
    int requests = 0;
    for (const auto& [type, body] : {std::pair("application/json", json),
                                     std::pair("application/x-www-form-urlencoded", form)}) {
        std::optional<Hashed> first;
        for (int i = 0; i < 5000; ++i) {
            const auto number = static_cast<std::size_t>(i);
            const std::string& target = targets[number % targets.size()];
            const auto sender = senders[number / targets.size() % senders.size()];
            const http::Request request = unproven(target, sender, body, type);
            const Endpoint* const endpoint = table.find(target);
            const Hashed hashed = hashed_by([&] {
                const auto refusal = judge_sender(table, endpoint, request, k_now).refusal;
                REQUIRE(refusal);
                CHECK(refusal->status == 401);
            });
            if (!first) {
                first = hashed;
            }
            INFO(target << " " << sender << " " << type);
            REQUIRE(hashed == *first);
            ++requests;
        }
        // Two secrets of one hash, one of the other; what a form holds once more.
        INFO(type);
        const bool is_form = body == form;
        CHECK(first->at({32, body.size()}) == 2);
        CHECK(first->at({20, body.size()}) == 1);
        CHECK(first->size() == (is_form ? 3 : 2));
    }
    CHECK(requests == 10'000);
}

TEST_CASE("T004 a stranger costs one signature where every endpoint has one secret") {
    config::Configuration plain;
    plain.endpoints.push_back(endpoint("/hooks/a", "github", k_token, {"acme/a"}));
    const EndpointTable table(plain);
    const std::string body(4000, 'x');
    for (const char* target : {"/hooks/a", "/hooks/nobody"}) {
        INFO(target);
        const auto request = unproven(target, "github", body, "application/json");
        CHECK(hashed_by([&] {
                  static_cast<void>(judge_sender(table, table.find(target), request, k_now));
              }) == Hashed{{{32, body.size()}, 1}});
    }
}

TEST_CASE("T003 every secret that counts is tried, and a right one costs no more than these") {
    const EndpointTable table = every_kind();
    const std::string body = github_push("acme/a");
    const auto request = sent("/hooks/two", "github", "push", k_other_token, body);
    CHECK(hashed_by([&] {
              CHECK_FALSE(judge_sender(table, table.find("/hooks/two"), request, k_now).refusal);
          }) == Hashed{{{32, body.size()}, 2}});
}
