#include "reconcile/remote_refs.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/test_server.hpp"

#include <atomic>

using namespace hookd;
using namespace hookd::reconcile;
using test::TestServer;

namespace {

const std::string k_one(40, '1');
const std::string k_two(40, '2');

std::string line(const std::string& text) {
    constexpr auto k_digits = "0123456789abcdef";
    const std::size_t size = text.size() + 4;
    const std::string length{k_digits[size >> 12U & 15U], k_digits[size >> 8U & 15U],
                             k_digits[size >> 4U & 15U], k_digits[size & 15U]};
    return length + text;
}

/// What git http-backend answers for one branch and one annotated tag.
std::string advertisement() {
    return line("# service=git-upload-pack\n") + "0000" +
           line(k_one + " HEAD" + std::string(1, '\0') +
                "multi_ack side-band-64k symref=HEAD:refs/heads/main agent=git/2.39\n") +
           line(k_one + " refs/heads/main\n") + line(k_two + " refs/tags/v1\n") +
           line(k_one + " refs/tags/v1^{}\n") + "0000";
}

void answer_with(TestServer& server, int status, const std::string& type, const std::string& body) {
    server.service.serve_with([=](const http::Request&, const http::Responder& responder) {
        http::Response response;
        response.status = status;
        response.content_type = type;
        response.body = body;
        responder.respond(std::move(response));
    });
}

constexpr auto k_type = "application/x-git-upload-pack-advertisement";

config::Clone clone_of(const TestServer& server) {
    config::Clone clone;
    clone.url = "http://127.0.0.1:" + std::to_string(server.port) + "/shop.git";
    return clone;
}

Result<std::vector<git::RefPosition>> list(const config::Clone& clone,
                                           const RemoteLimits& limits = {}) {
    return open_remote(clone, {}, limits)->refs();
}

}  // namespace

TEST_CASE("T031 a remote's branches and tags are listed with one request") {
    TestServer server;
    answer_with(server, 200, k_type, advertisement());
    auto clone = clone_of(server);
    clone.user = "git";
    clone.password.emplace("0123456789abcdef");
    const auto refs = list(clone);
    REQUIRE(refs);
    REQUIRE(refs->size() == 2);
    CHECK(refs->at(0).name == "refs/heads/main");
    CHECK(refs->at(0).id.text() == k_one);
    CHECK(refs->at(1).name == "refs/tags/v1");
    CHECK(refs->at(1).id.text() == k_two);
    const auto seen = server.service.seen();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].head.target == "/shop.git/info/refs?service=git-upload-pack");
    CHECK(seen[0].head.headers.first("Authorization") == "Basic Z2l0OjAxMjM0NTY3ODlhYmNkZWY=");
}

TEST_CASE("T075 a remote that sends us elsewhere is not followed") {
    TestServer canary;
    TestServer server;
    server.service.serve_with([&canary](const http::Request&, const http::Responder& responder) {
        http::Response response;
        response.status = 301;
        response.headers.emplace_back(
            "Location", "http://127.0.0.1:" + std::to_string(canary.port) + "/shop.git");
        responder.respond(std::move(response));
    });
    CHECK(list(clone_of(server)).error().code == ErrorCode::denied);
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T075 a remote whose name leads to this machine is not asked") {
    TestServer canary;
    const char* const host = GENERATE("127.1", "2130706433", "0", "[::ffff:127.0.0.1]");
    INFO(host);
    config::Clone clone;
    clone.url = std::string("http://") + host + ":" + std::to_string(canary.port) + "/shop.git";
    CHECK_FALSE(list(clone));
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T077 remotes that answer nonsense, too much or never are problems and nothing more") {
    TestServer server;
    RemoteLimits limits;
    SECTION("no repository") {
        answer_with(server, 404, "text/html", "gone");
        CHECK(list(clone_of(server)).error().code == ErrorCode::denied);
    }
    SECTION("a page") {
        answer_with(server, 200, "text/html", "<html>");
        CHECK_FALSE(list(clone_of(server)));
    }
    SECTION("half of the list") {
        answer_with(server, 200, k_type, advertisement().substr(0, 150));
        CHECK_FALSE(list(clone_of(server)));
    }
    SECTION("lines with wrong lengths") {
        answer_with(server, 200, k_type, line("# service=git-upload-pack\n") + "0000zzzz");
        CHECK_FALSE(list(clone_of(server)));
    }
    SECTION("more than it may") {
        answer_with(server, 200, k_type, advertisement() + std::string(1000, '0'));
        limits.bytes = 1000;
        CHECK_FALSE(list(clone_of(server), limits));
    }
    SECTION("trouble of its own") {
        answer_with(server, 503, "text/plain", "later");
        CHECK(list(clone_of(server)).error().code == ErrorCode::unavailable);
    }
    SECTION("never") {
        server.service.hold();
        limits.time = Milliseconds{50};
        CHECK(list(clone_of(server), limits).error().code == ErrorCode::timeout);
        server.service.next().respond({});
    }
    SECTION("never, and we are to stop") {
        server.service.hold();
        const config::Clone clone = clone_of(server);
        const auto source = open_remote(
            clone, [&server] { return !server.service.seen().empty(); }, limits);
        CHECK_FALSE(source->refs());
        server.service.next().respond({});
    }
}
