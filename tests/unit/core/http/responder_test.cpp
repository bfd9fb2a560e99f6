#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/recorded_answer.hpp"
#include "tests/support/test_server.hpp"

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

const std::string k_get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace

TEST_CASE("many requests are answered at once from other threads") {
    TestServer server;
    server.service.hold();
    constexpr std::size_t k_clients = 64;
    constexpr int k_rounds = 10;
    std::vector<std::unique_ptr<RawConnection>> clients;
    for (std::size_t i = 0; i < k_clients; ++i) {
        clients.push_back(std::make_unique<RawConnection>(server.port));
    }
    for (int round = 0; round < k_rounds; ++round) {
        for (auto& client : clients) {
            client->send(k_get);
        }
        auto all = server.service.next(k_clients);
        std::vector<std::thread> threads;
        for (std::size_t part = 0; part < 4; ++part) {
            threads.emplace_back([&all, part] {
                for (std::size_t i = part; i < all.size(); i += 4) {
                    all[i].respond({202, "application/json", "{}", {}});
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
        for (auto& client : clients) {
            REQUIRE(client->read_answer().status == 202);
        }
    }
}

TEST_CASE("only the first answer counts, whoever gives it") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get + k_get);
    const auto first = server.service.next();
    first.respond({200, "text/plain", "one", {}});
    first.respond({200, "text/plain", "two", {}});
    static_cast<void>(first.stream({}));
    CHECK(client.read_answer().body == "one");
    const auto second = server.service.next();
    first.respond({200, "text/plain", "late", {}});
    second.respond({200, "text/plain", "three", {}});
    CHECK(client.read_answer().body == "three");
}

TEST_CASE("a responder that is dropped unanswered closes the connection") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    static_cast<void>(server.service.next());
    CHECK(client.read_to_end().empty());
}

TEST_CASE("an answer for a client that went away goes nowhere") {
    TestServer server;
    server.service.hold();
    std::optional<http::Responder> late;
    {
        RawConnection client(server.port);
        client.send(k_get);
        late = server.service.next();
    }
    late->respond({200, "text/plain", std::string(100'000, 'a'), {}});
    RawConnection other(server.port);
    other.send(k_get);
    server.service.next().respond({});
    CHECK(other.read_answer().status == 200);
}

TEST_CASE("a stream goes out part by part and ends") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    const auto stream = server.service.next().stream({200, "text/event-stream", "hello\n", {}});
    client.read_until("\r\nTransfer-Encoding: chunked\r\n");
    client.read_until("6\r\nhello\n\r\n");
    REQUIRE(stream.send("more"));
    client.read_until("4\r\nmore\r\n");
    REQUIRE(stream.send(""));
    REQUIRE(stream.send(std::string(16, 'x')));
    client.read_until("10\r\nxxxxxxxxxxxxxxxx\r\n");
    stream.end();
    CHECK_FALSE(stream.send("late"));
    CHECK_FALSE(stream.is_open());
    CHECK(client.read_to_end() == "0\r\n\r\n");
}

TEST_CASE("a stream without a first part begins with its head") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    const auto stream = server.service.next().stream({200, "text/plain", "", {}});
    CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    stream.end();
    CHECK(client.read_to_end() == "0\r\n\r\n");
}

TEST_CASE("a stream to HTTP/1.0 is not chunked") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send("GET /x HTTP/1.0\r\n\r\n");
    const auto stream = server.service.next().stream({200, "text/plain", "one,", {}});
    REQUIRE(stream.send("two"));
    stream.end();
    const std::string all = client.read_to_end();
    CHECK(all.find("Transfer-Encoding") == std::string::npos);
    CHECK(all.ends_with("\r\n\r\none,two"));
}

TEST_CASE("a stream in answer to HEAD is its head") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto stream = server.service.next().stream({200, "text/plain", "one", {}});
    CHECK(client.read_to_end().ends_with("\r\n\r\n"));
    CHECK(eventually([&stream] { return !stream.is_open(); }));
}

TEST_CASE("a stream that is dropped before its end looks broken to the client") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    static_cast<void>(server.service.next().stream({200, "text/plain", "part", {}}));
    const std::string all = client.read_to_end();
    CHECK(all.ends_with("4\r\npart\r\n"));
}

TEST_CASE("a stream notices that its client went away, also while nothing is sent") {
    TestServer server;
    server.service.hold();
    std::optional<http::Responder::Stream> stream;
    {
        RawConnection client(server.port);
        client.send(k_get);
        stream = server.service.next().stream({200, "text/plain", "part", {}});
        client.read_until("part");
    }
    CHECK(eventually([&stream] { return !stream->is_open(); }));
    CHECK_FALSE(stream->send("x"));
}

TEST_CASE("T014 a stream to a client that stops reading is bounded, and cut in the end") {
    http::Limits limits;
    limits.write_time = 300ms;
    TestServer server(limits);
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    const auto stream = server.service.next().stream({200, "text/plain", "", {}});
    client.read_until("\r\n\r\n");
    const std::string part(64 * 1024, 'a');
    std::size_t taken = 0;
    REQUIRE(eventually([&] {
        while (taken < (std::size_t{256} << 20) && stream.send(part)) {
            taken += part.size();
        }
        return !stream.is_open();
    }));
    // What the two sockets hold may come on top of the mebibyte.
    CHECK(taken < (std::size_t{64} << 20));
}

TEST_CASE("a stream from a thread to a slow reader loses nothing") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send("GET /x HTTP/1.0\r\n\r\n");
    std::string expected;
    std::thread writer([&] {
        const auto stream = server.service.next().stream({200, "text/plain", "", {}});
        for (int i = 0; i < 20'000; ++i) {
            const std::string part = "line " + std::to_string(i) + std::string(200, '.') + "\n";
            expected += part;
            while (!stream.send(part)) {
                if (!stream.is_open()) {
                    return;
                }
                std::this_thread::yield();
            }
        }
        stream.end();
    });
    const std::string all = client.read_to_end();
    writer.join();
    const bool is_whole = all.substr(all.find("\r\n\r\n") + 4) == expected;
    CHECK(is_whole);
}

TEST_CASE("stop closes idle connections at once and waits for what is in progress") {
    TestServer server;
    server.service.hold();
    RawConnection fresh(server.port);
    RawConnection idle(server.port);
    idle.send(k_get);
    server.service.next().respond({});
    CHECK(idle.read_answer().status == 200);
    RawConnection busy(server.port);
    busy.send(k_get + k_get);
    const auto responder = server.service.next();

    std::thread stopper([&server] { server.server.stop(20s); });
    CHECK(idle.read_to_end().empty());
    CHECK(fresh.read_to_end().empty());
    CHECK_THROWS(RawConnection(server.port));
    responder.respond({200, "text/plain", "done", {}});
    const std::string all = busy.read_to_end();
    CHECK(test::statuses(all) == "200");
    CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(all.ends_with("done"));
    stopper.join();
}

TEST_CASE("stop gives up on what is not answered in time") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    const auto responder = server.service.next();
    server.server.stop(100ms);
    CHECK(client.read_to_end().empty());
    responder.respond({});  // too late for anybody, and harmless
    server.server.stop(100ms);
}

TEST_CASE("stop ends streams") {
    TestServer server;
    server.service.hold();
    RawConnection client(server.port);
    client.send(k_get);
    const auto stream = server.service.next().stream({200, "text/plain", "part", {}});
    client.read_until("part");
    server.server.stop(20s);
    CHECK_FALSE(stream.send("more"));
    CHECK(client.read_to_end() == "\r\n0\r\n\r\n");
}

TEST_CASE("a stream that begins after stop was asked for ends with its first part") {
    TestServer server;
    server.service.hold();
    RawConnection idle(server.port);
    RawConnection client(server.port);
    client.send(k_get);
    const auto responder = server.service.next();
    std::thread stopper([&server] { server.server.stop(20s); });
    CHECK(idle.read_to_end().empty());
    const auto stream = responder.stream({200, "text/plain", "part", {}});
    CHECK(client.read_to_end().ends_with("\r\n\r\n4\r\npart\r\n0\r\n\r\n"));
    stopper.join();
    CHECK_FALSE(stream.is_open());
}

TEST_CASE("stop under load loses no request that was begun") {
    std::atomic<int> served{0};
    TestServer server;
    server.service.serve_with([&served](http::Request, http::Responder responder) {
        ++served;
        responder.respond({});
    });
    std::atomic<int> answered{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            try {
                RawConnection client(server.port);
                while (client.send(k_get)) {
                    answered += client.read_answer().status == 200 ? 1 : 0;
                }
            } catch (const std::runtime_error&) {
                return;  // the end of the connection
            }
        });
    }
    REQUIRE(eventually([&answered] { return answered > 100; }));
    server.server.stop(20s);
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(answered == served);
}

TEST_CASE("a server that was never started, or has no listener, ends quietly") {
    Log log(Log::Format::text, Log::Level::error);
    { const http::Server unused(log); }
    http::Server empty(log);
    empty.start();
    empty.stop(0ms);
    test::TestService service;
    http::Server bound(log);
    CHECK(bound.listen(http::TcpAddress{"127.0.0.1", 0}, {}, service));
}

TEST_CASE("answers can be recorded without a server") {
    test::RecordedAnswer answer;
    std::thread([responder = answer.responder()] {
        responder.respond({202, "application/json", "{}", {}});
    }).join();
    CHECK(answer.wait().status == 202);

    test::RecordedAnswer stream;
    {
        const auto out = stream.responder().stream({200, "text/plain", "a", {}});
        REQUIRE(out.send("b"));
        CHECK(stream.streamed() == "ab");
        CHECK_FALSE(stream.has_ended());
        out.end();
    }
    CHECK(stream.has_ended());

    test::RecordedAnswer dropped;
    static_cast<void>(dropped.responder());
    CHECK_THROWS(dropped.wait());
}
