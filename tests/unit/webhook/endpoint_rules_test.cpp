// What an endpoint's own settings decide: threats.md T001, T003, T004, T009, T011, T016, T017.
#include "tests/unit/webhook/requests.hpp"
#include "webhook/answer.hpp"

#include <functional>

using namespace hookd;
using namespace hookd::test;

namespace {

// Good as they are, and as base64.
constexpr std::string_view k_token_a = "QSBzZWNyZXQgb2Ygc29tZSBsZW5ndGg=";
constexpr std::string_view k_token_b = "QW5vdGhlciBzZWNyZXQsIGFzIGxvbmc=";

config::EndpointSecret secret(std::string_view text, std::optional<WallTime> until = {}) {
    return {config::Secret(std::string(text)), until};
}

/// A table of one endpoint for acme/a at /hooks/a, changed as the test wants.
EndpointTable one(const std::function<void(config::Endpoint&)>& change,
                  const std::string& provider = "github") {
    config::Configuration configuration;
    configuration.endpoints.push_back(endpoint("/hooks/a", provider, k_secret_a, {"acme/a"}));
    change(configuration.endpoints.back());
    return EndpointTable(configuration);
}

Refusal refusal_of(const http::Request& request, const EndpointTable& table, WallTime now = k_now) {
    auto result = judged(request, table, now);
    REQUIRE(std::holds_alternative<Refusal>(result));
    return std::get<Refusal>(std::move(result));
}

http::Request push_through(const Provider& provider, const std::string& target,
                           std::string_view token, const std::string& repository) {
    const std::string before(40, '1');
    const std::string after(40, '2');
    const auto push = provider.make_push({repository, "refs/heads/main", before, after}, k_now);
    INFO(provider.name << " " << repository);
    REQUIRE(push);
    return sent(target, provider.name, push->event, token, push->json);
}

void check_same_answer(const Refusal& a, const Refusal& b) {
    const auto first = answer(a);
    const auto second = answer(b);
    CHECK(first.status == second.status);
    CHECK(first.body == second.body);
    CHECK(first.content_type == second.content_type);
    CHECK(first.headers == second.headers);
}

}  // namespace

TEST_CASE("T001 at every provider the door decides for whom a secret speaks, and nothing else") {
    for (const Provider* const provider : providers()) {
        INFO(provider->name);
        config::Configuration both;
        const std::string name(provider->name);
        both.endpoints.push_back(endpoint("/hooks/a", name, k_token_a, {"acme/a"}));
        both.endpoints.push_back(endpoint("/hooks/b", name, k_token_b, {"acme/b"}));
        const EndpointTable table(both);
        REQUIRE(table.problems().empty());
        const auto status = [&](const std::string& door, std::string_view token,
                                const std::string& repository) {
            return status_of(push_through(*provider, "/hooks/" + door, token, repository), table);
        };
        CHECK(status("a", k_token_a, "acme/a") == 202);
        CHECK(status("a", k_token_a, "acme/b") == 403);
        CHECK(status("a", k_token_b, "acme/a") == 401);
        CHECK(status("a", k_token_b, "acme/b") == 401);
        CHECK(status("b", k_token_b, "acme/b") == 202);
        CHECK(status("b", k_token_b, "acme/a") == 403);
        CHECK(status("b", k_token_a, "acme/b") == 401);
        CHECK(status("b", k_token_a, "acme/a") == 401);
        // Renamed, or the same in other letters: byte for byte it is another one.
        for (const char* other :
             {"Acme/a", "acme/A", "ACME/A", "acme/a2", "acme/renamed", "new/a"}) {
            INFO(other);
            CHECK(status("a", k_token_a, other) == 403);
        }
    }
}

TEST_CASE("T009 an old secret counts until its end and not a moment longer") {
    const WallTime end = k_now + Milliseconds(1000);
    const EndpointTable table = one([&](config::Endpoint& a) {
        a.secrets.clear();
        a.secrets.push_back(secret(k_secret_b, end));  // the order of the file says nothing
        a.secrets.push_back(secret(k_secret_a));
    });
    const auto with_old = sent("/hooks/a", "github", "push", k_secret_b, github_push("acme/a"));
    const auto with_new = sent("/hooks/a", "github", "push", k_secret_a, github_push("acme/a"));
    CHECK(status_of(with_old, table, end - Milliseconds(1)) == 202);
    CHECK(status_of(with_old, table, end) == 401);
    CHECK(status_of(with_new, table, end - Milliseconds(1)) == 202);
    CHECK(status_of(with_new, table, end) == 202);

    const Refusal ended = refusal_of(with_old, table, end);
    CHECK(ended.reason == "signed with a secret that ended " + to_rfc3339(end));
    CHECK(ended.word == "secret_ended");
    CHECK(ended.sender == Proven::no);
    CHECK(ended.message.find("ended") == std::string::npos);
    check_same_answer(
        ended, refusal_of(sent("/hooks/none", "github", "push", k_secret_b, "{}"), table, end));
}

TEST_CASE("T009 each provider tells a secret that ended from a wrong one") {
    for (const Provider* const provider : providers()) {
        INFO(provider->name);
        const EndpointTable table = one(
            [](config::Endpoint& a) {
                a.secrets.clear();
                a.secrets.push_back(secret(k_token_a));
                a.secrets.push_back(secret(k_token_b, k_now));
            },
            std::string(provider->name));
        const auto old = push_through(*provider, "/hooks/a", k_token_b, "acme/a");
        CHECK(refusal_of(old, table).word == "secret_ended");
        CHECK(status_of(old, table, k_now - Milliseconds(1)) == 202);
        const auto wrong =
            push_through(*provider, "/hooks/a", "QSB0aGlyZCBzZWNyZXQsIHNvIGxvbmch", "acme/a");
        CHECK(refusal_of(wrong, table).word == "wrong_signature");
    }
}

TEST_CASE("T011 a peer that may not send looks like an unknown endpoint, and we know why") {
    const EndpointTable table = one([](config::Endpoint& a) {
        a.peers = {"192.0.2.0/29", "2001:db8::/32"};
    });
    http::Request request = good();  // from 192.0.2.7
    CHECK(status_of(request, table) == 202);
    for (const char* peer : {"192.0.2.8", "2001:db9::1", "::1", "", "192.0.2.7, 192.0.2.1"}) {
        INFO(peer);
        request.head.peer = peer;
        const Refusal refusal = refusal_of(request, table);
        CHECK(refusal.word == "refused_peer");
        CHECK(refusal.sender == Proven::yes);
        CHECK(refusal.reason.find("signed right, but by a peer") == 0);
        auto unknown = request;
        unknown.head.target = "/hooks/none";
        check_same_answer(refusal, refusal_of(unknown, table));
    }
    // Who did not sign learns nothing of it, and we neither.
    auto stranger = sent("/hooks/a", "github", "push", k_secret_b, github_push("acme/a"));
    stranger.head.peer = "192.0.2.8";
    CHECK(refusal_of(stranger, table).word == "wrong_signature");
}

TEST_CASE("T011 a list of peers of which nothing can be read lets nobody in") {
    const EndpointTable table = one([](config::Endpoint& a) { a.peers = {"not an address"}; });
    CHECK(table.problems().size() == 1);
    CHECK(status_of(good(), table) == 401);
}

TEST_CASE("T003 SHA-1 counts where an endpoint says so, and then nothing else does") {
    const EndpointTable legacy =
        one([](config::Endpoint& a) { a.legacy_sha1 = config::LegacySha1::yes; });
    const http::Request both = good();  // GitHub sends both signatures
    const http::Request only_sha1 = with_header(both, "X-Hub-Signature-256", {});
    const http::Request only_sha256 = with_header(both, "X-Hub-Signature", {});
    CHECK(status_of(both, legacy) == 202);
    CHECK(status_of(only_sha1, legacy) == 202);
    CHECK(status_of(only_sha256, legacy) == 401);
    CHECK(status_of(only_sha1) == 401);
    CHECK(status_of(only_sha256) == 202);
    // A wrong one is not made good by the other.
    const std::string wrong = "sha1=" + std::string(40, 'a');
    CHECK(status_of(with_header(both, "X-Hub-Signature", {wrong}), legacy) == 401);
    const std::string right(both.head.headers.only("X-Hub-Signature").value());
    for (const std::string& odd : {right.substr(0, 44), right + "0", right.substr(5), right + " ",
                                   std::string("sha256=") + std::string(64, '0')}) {
        INFO(odd);
        CHECK(status_of(with_header(both, "X-Hub-Signature", {odd}), legacy) == 401);
    }
    CHECK(status_of(with_header(both, "X-Hub-Signature", {right, right}), legacy) == 401);
}

TEST_CASE("T016 an endpoint's own limit is told to who signed right only") {
    const std::string body = github_push("acme/a");
    const auto with_limit = [&](std::uint64_t bytes) {
        return one([bytes](config::Endpoint& a) { a.body_bytes = bytes; });
    };
    CHECK(status_of(good(), with_limit(body.size())) == 202);
    const EndpointTable small = with_limit(body.size() - 1);
    const Refusal refusal = refusal_of(good(), small);
    CHECK(refusal.status == 413);
    CHECK(refusal.sender == Proven::yes);
    CHECK(status_of(sent("/hooks/a", "github", "push", k_secret_b, body), small) == 401);
}

TEST_CASE("T017 an endpoint takes the forms that it says, and only its sender is told") {
    const auto form = [](std::string_view token) {
        return with_header(sent("/hooks/a", "github", "push", token, "payload=%7B%7D"),
                           "Content-Type", {"application/x-www-form-urlencoded"});
    };
    const EndpointTable json =
        one([](config::Endpoint& a) { a.content = {config::BodyForm::json}; });
    CHECK(status_of(good(), json) == 202);
    CHECK(status_of(form(k_secret_a), json) == 415);
    CHECK(status_of(form(k_secret_b), json) == 401);
    const EndpointTable forms =
        one([](config::Endpoint& a) { a.content = {config::BodyForm::form}; });
    CHECK(status_of(good(), forms) == 415);
    CHECK(status_of(form(k_secret_a), forms) == 400);  // taken as a form, and no push is in it
    const EndpointTable none =
        one([](config::Endpoint& a) { a.content = {config::BodyForm::form}; }, "gitlab");
    CHECK(none.problems().size() == 1);
}

TEST_CASE("T017 the configuration knows which providers send forms") {
    // config/read_endpoint.cpp refuses `content: [form]` by the provider's name.
    for (const Provider* const provider : providers()) {
        const bool sends_none = provider->name == "gitlab" || provider->name == "standard" ||
                                provider->name.starts_with("bitbucket");
        INFO(provider->name);
        CHECK((provider->forms == Forms::refused || !sends_none));
        CHECK((provider->forms != Forms::refused || sends_none || provider->name == "generic"));
    }
}
