#include "tests/support/catch.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/test_server.hpp"

#include <atomic>

using namespace hookd;
using namespace std::chrono_literals;
using test::RawConnection;
using test::TestServer;

namespace {

const std::string k_post = "POST /a HTTP/1.1\r\nHost: h\r\n";

std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

}  // namespace

TEST_CASE("T019 pipelined requests are answered in order, one at a time") {
    std::atomic<int> open{0};
    std::atomic<int> most{0};
    TestServer server;
    server.service.serve_with([&](http::Request request, http::Responder responder) {
        most = std::max(most.load(), ++open);
        http::Response response;
        response.body = request.head.target + request.body;
        --open;
        responder.respond(std::move(response));
    });
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        bytes += get("/" + std::to_string(i));
        bytes += k_post + "Content-Length: 3\r\n\r\nabc";
        bytes += k_post + "Transfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n";
    }
    RawConnection client(server.port);
    client.send(bytes);
    for (int i = 0; i < 300; ++i) {
        REQUIRE(client.read_answer().body == "/" + std::to_string(i));
        REQUIRE(client.read_answer().body == "/aabc");
        REQUIRE(client.read_answer().body == "/axy");
    }
    CHECK(most == 1);
}

TEST_CASE("T019 the next request is not looked at before the last is answered") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(get("/first") + get("/second"));
    const auto first = server.service.next();
    REQUIRE_FALSE(client.has_news(50ms));
    CHECK(server.service.seen().size() == 1);
    first.respond({200, "text/plain", "first", {}});
    server.service.next().respond({200, "text/plain", "second", {}});
    CHECK(client.read_answer().body == "first");
    CHECK(client.read_answer().body == "second");
}

TEST_CASE("T019 HEAD gets the head of the answer and no body") {
    TestServer server;
    RawConnection client(server.port);
    client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get("/y"));
    const auto head = client.read_answer(true);
    CHECK(head.status == 200);
    CHECK(head.head.find("\r\nContent-Length: 8\r\n") != std::string::npos);
    CHECK(client.read_answer().body == "GET /y\n");
}

TEST_CASE("T019 paths and methods reach the service as they were sent") {
    TestServer server;
    RawConnection client(server.port);
    for (const std::string target :
         {"/a/../b", "/%2e%2e/etc", "//x", "/a;b?c=%00", "/\\..\\", "/*", "/<script>"}) {
        client.send(get(target));
        CHECK(client.read_answer().body == "GET " + target + "\n");
    }
    for (const std::string method : {"TRACE", "DELETE", "get", "M-SEARCH"}) {
        client.send(method + " /x HTTP/1.1\r\nHost: h\r\n\r\n");
        CHECK(client.read_answer().body == method + " /x\n");
    }
}

TEST_CASE("T019 nothing is upgraded") {
    TestServer server;
    RawConnection client(server.port);
    client.send(
        "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
    CHECK(client.read_answer().status == 200);
    client.send(
        "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    CHECK(client.read_answer().status == 200);
}

TEST_CASE("a client that asks to close, or speaks HTTP/1.0, gets one answer") {
    TestServer server;
    for (const std::string request :
         {"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n"}) {
        RawConnection client(server.port);
        client.send(request + get("/second"));
        const std::string all = client.read_to_end();
        CHECK(test::statuses(all) == "200");
        CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(all.ends_with("GET /x\n"));
    }
}

TEST_CASE("a client that closes its side after the request still gets the answer") {
    TestServer server;
    RawConnection client(server.port);
    client.send(get("/x"));
    client.finish_sending();
    CHECK(test::statuses(client.read_to_end()) == "200");
}

TEST_CASE("every answer says that its type is not to be guessed, none says what we are") {
    TestServer server;
    RawConnection client(server.port);
    client.send(get("/x"));
    const std::string good = client.read_answer().head;
    client.send("nonsense\r\n\r\n");
    const std::string bad = client.read_answer().head;
    for (const std::string& head : {good, bad}) {
        CHECK(head.find("\r\nX-Content-Type-Options: nosniff\r\n") != std::string::npos);
        CHECK(head.find("Server:") == std::string::npos);
    }
}

TEST_CASE("T017 a body is asked for only once the service let the head pass") {
    TestServer server;
    server.service.check_with([](const http::Head& head, std::uint64_t&) {
        return head.headers.first("X-Signature")
                   ? std::optional<http::Response>()
                   : http::Response{401, "application/json", "{}", {}};
    });
    const std::string expect = "Expect: 100-continue\r\nContent-Length: 5\r\n";
    SECTION("passed") {
        RawConnection client(server.port);
        client.send(k_post + "X-Signature: 1\r\n" + expect + "\r\n");
        CHECK(client.read_answer(true).status == 100);
        client.send("abcde");
        CHECK(client.read_answer().body == "POST /a\nabcde");
        client.send(get("/b"));
        CHECK(client.read_answer().status == 401);
    }
    SECTION("chunked") {
        RawConnection client(server.port);
        client.send(k_post +
                    "X-Signature: 1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        CHECK(client.read_answer(true).status == 100);
        client.send("1\r\na\r\n0\r\n\r\n");
        CHECK(client.read_answer().body == "POST /a\na");
    }
    SECTION("refused") {
        RawConnection client(server.port);
        client.send(k_post + expect + "\r\n");
        CHECK(test::statuses(client.read_to_end()) == "401");
        CHECK(server.service.seen().empty());
    }
    SECTION("too large") {
        RawConnection client(server.port);
        client.send(k_post +
                    "X-Signature: 1\r\nExpect: 100-continue\r\nContent-Length: 999999999\r\n\r\n");
        CHECK(test::statuses(client.read_to_end()) == "413");
    }
    SECTION("a client that does not wait is not told to go on") {
        RawConnection client(server.port);
        client.send(k_post + "X-Signature: 1\r\n" + expect + "\r\nabcde");
        CHECK(client.read_answer().status == 200);
    }
}

TEST_CASE("a refused head closes the connection and its body is not read") {
    TestServer server;
    server.service.check_with([](const http::Head&, std::uint64_t&) {
        return std::optional(http::Response{404, "application/json", "{\"error\": \"no\"}", {}});
    });
    RawConnection client(server.port);
    const std::string body(std::size_t{8} << 20, 'a');
    client.send(k_post + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    CHECK(client.send(body));
    const std::string all = client.read_to_end();
    CHECK_FALSE(client.was_reset());
    CHECK(test::statuses(all) == "404");
    CHECK(all.ends_with("{\"error\": \"no\"}"));
    CHECK(server.service.seen().empty());
}

TEST_CASE("a head names its client's address") {
    TestServer server;
    RawConnection client(server.port);
    client.send(k_post + "Content-Length: 2\r\nX-Forwarded-For: 10.0.0.1\r\n\r\nab");
    CHECK(client.read_answer().status == 200);
    const auto seen = server.service.seen();
    CHECK(seen.at(0).head.peer == "127.0.0.1");
    CHECK(seen.at(0).head.content_length == 2);
}

TEST_CASE("a service that throws costs one connection") {
    TestServer server;
    server.service.serve_with([](http::Request request, http::Responder responder) {
        if (request.head.target == "/bad") {
            throw std::runtime_error("broken on purpose");
        }
        responder.respond({});
    });
    RawConnection bad(server.port);
    bad.send(get("/bad"));
    CHECK(bad.read_to_end().empty());
    RawConnection good(server.port);
    good.send(get("/good"));
    CHECK(good.read_answer().status == 200);
}
