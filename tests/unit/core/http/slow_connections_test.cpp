// What a connection may take of time: threats.md T014.
#include "core/http/body_deadline.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/test_server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace hookd;
using namespace std::chrono_literals;
using test::eventually;
using test::RawConnection;
using test::TestServer;

namespace {

const std::string k_post = "POST /a HTTP/1.1\r\nHost: h\r\n";
const std::string k_get = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";

http::Limits short_times() {
    http::Limits limits;
    limits.header_time = limits.body_time = limits.write_time = limits.idle_time = 200ms;
    return limits;
}

/// At least so many descriptors for a while, where the system lets us have them.
class DescriptorLimit {
  public:
    explicit DescriptorLimit(::rlim_t wanted) {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        ::rlimit raised = before_;
        raised.rlim_cur = std::max(before_.rlim_cur, wanted);
        REQUIRE(raised.rlim_cur <= raised.rlim_max);
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &raised) == 0);
    }
    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;
    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    ::rlimit before_{};
};

/// Sends one byte every few milliseconds until the server closes; returns what it answered.
std::string trickle(RawConnection& client, const std::string& bytes) {
    for (std::size_t at = 0;; ++at) {
        if (client.has_news(5ms) || !client.send(bytes.substr(at % bytes.size(), 1))) {
            return client.read_to_end();
        }
    }
}

}  // namespace

TEST_CASE("T014 headers that trickle are cut at the total time") {
    TestServer server(short_times());
    RawConnection client(server.port);
    client.send(k_post);
    CHECK(test::statuses(trickle(client, "X-A: b\r\n")) == "408");
    CHECK(server.service.seen().empty());
}

TEST_CASE("T014 a body that trickles is cut at the total time") {
    TestServer server(short_times());
    SECTION("declared") {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 1000000\r\n\r\n");
        CHECK(test::statuses(trickle(client, "a")) == "408");
    }
    SECTION("chunked") {
        RawConnection client(server.port);
        client.send(k_post + "Transfer-Encoding: chunked\r\n\r\n");
        CHECK(test::statuses(trickle(client, "1\r\na\r\n")) == "408");
    }
    CHECK(server.service.seen().empty());
}

TEST_CASE("T014 a body that comes too slowly is cut before its time is over") {
    http::Limits limits = short_times();
    limits.body_time = 60s;
    limits.body_grace = 200ms;
    TestServer server(limits);
    SECTION("declared") {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 1000000\r\n\r\n");
        CHECK(test::statuses(trickle(client, "a")) == "408");
    }
    SECTION("chunked: what counts is the body, not what is around it") {
        RawConnection client(server.port);
        client.send(k_post + "Transfer-Encoding: chunked\r\n\r\n");
        CHECK(test::statuses(trickle(client, "0000000000000001\r\na\r\n")) == "408");
    }
    CHECK(server.service.seen().empty());
}

TEST_CASE("T014 a body that has come fast enough may pause") {
    http::Limits limits = short_times();
    limits.body_time = 60s;
    limits.body_grace = 100ms;
    limits.body_bytes_per_second = 1;
    TestServer server(limits);
    RawConnection client(server.port);
    client.send(k_post + "Content-Length: 61\r\n\r\n" + std::string(60, 'a'));
    CHECK_FALSE(client.has_news(300ms));
    client.send("a");
    CHECK(client.read_answer().status == 200);
}

TEST_CASE("T014 until when a body may take") {
    http::Limits limits;
    limits.body_time = 30s;
    limits.body_grace = 10s;
    limits.body_bytes_per_second = 1000;
    const http::BodyDeadline::Time began{};
    const http::BodyDeadline deadline(limits, began);
    CHECK(deadline.with(0) == began + 10s);
    CHECK(deadline.with(999) == began + 10s);
    CHECK(deadline.with(5'000) == began + 15s);
    CHECK(deadline.with(1'000'000'000) == began + 30s);
    limits.body_time = 2s;
    CHECK(http::BodyDeadline(limits, began).with(0) == began + 2s);
}

TEST_CASE("T014 a connection that says nothing is closed without a word") {
    TestServer server(short_times());
    SECTION("from the start") {
        RawConnection client(server.port);
        CHECK(client.read_to_end().empty());
    }
    SECTION("after a request") {
        RawConnection client(server.port);
        client.send(k_get);
        CHECK(client.read_answer().status == 200);
        CHECK(client.read_to_end().empty());
    }
}

TEST_CASE("T014 a client that does not read its answer is cut") {
    TestServer server(short_times());
    server.service.serve_with([](http::Request, http::Responder responder) {
        responder.respond({200, "text/plain", std::string(std::size_t{32} << 20, 'a'), {}});
    });
    RawConnection client(server.port);
    client.send(k_get);
    REQUIRE(client.has_news(20s));
    // Not reading; the server must give up and reset, which a write notices.
    CHECK(eventually([&client] { return !client.send("x"); }));
}

TEST_CASE("T014 honest requests are answered while a thousand slow ones hang") {
    // Both ends of every connection are ours here.
    const DescriptorLimit descriptors(4096);
    http::Limits limits;
    limits.connections_per_peer = 1010;
    TestServer server(limits);
    const std::vector<std::string> beginnings = {
        "", "P", k_post, k_post + "Content-Length: 9\r\n\r\nab",
        k_post + "Transfer-Encoding: chunked\r\n\r\n5\r\nab"};
    std::vector<std::unique_ptr<RawConnection>> slow;
    for (std::size_t i = 0; i < 1000; ++i) {
        slow.push_back(std::make_unique<RawConnection>(server.port));
        slow.back()->send(beginnings[i % beginnings.size()]);
    }
    for (int i = 0; i < 20; ++i) {
        RawConnection honest(server.port);
        honest.send(k_get);
        CHECK(honest.read_answer().status == 200);
    }
    CHECK(server.service.seen().size() == 20);
    // They hang all the same: none was cut to make room.
    CHECK_FALSE(slow.front()->has_news(0ms));
    CHECK_FALSE(slow.back()->has_news(0ms));
}

TEST_CASE("T014 clients that never stop sending are cut, and others are served meanwhile") {
    TestServer server(short_times());
    RawConnection refused(server.port);
    refused.send("nonsense\r\n\r\n");
    RawConnection chunks(server.port);
    chunks.send(k_post + "Transfer-Encoding: chunked\r\n\r\n");
    std::string tiny;
    while (tiny.size() < 600'000) {
        tiny += "1\r\na\r\n";
    }
    std::atomic<int> over{0};
    const auto flood = [&over, &tiny](RawConnection& client) {
        while (client.send(tiny)) {
        }
        ++over;
    };
    std::thread first(flood, std::ref(refused));
    std::thread second(flood, std::ref(chunks));
    int served = 0;
    while (over < 2) {
        RawConnection honest(server.port);
        honest.send(k_get);
        served += honest.read_answer().status == 200 ? 1 : 0;
    }
    first.join();
    second.join();
    CHECK(served > 0);
    CHECK(server.service.seen().size() == static_cast<std::size_t>(served));
}

TEST_CASE("a slow service is waited for beyond all times") {
    TestServer server(short_times());
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    const auto responder = server.service.next();
    REQUIRE_FALSE(client.has_news(600ms));
    responder.respond({});
    CHECK(client.read_answer().status == 200);
}
