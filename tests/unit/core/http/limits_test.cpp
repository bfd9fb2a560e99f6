// What a connection may take of bytes, places and descriptors: threats.md T014, T015, T016, T021.
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/test_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <ctime>
#include <memory>
#include <vector>

using namespace hookd;
using test::eventually;
using test::RawConnection;
using test::TestServer;

namespace {

const std::string k_post = "POST /a HTTP/1.1\r\nHost: h\r\n";
const std::string k_get = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace

TEST_CASE("T015 floods of headers and long lines are refused") {
    TestServer server;
    const auto ask = [&server](const std::string& bytes) {
        RawConnection client(server.port);
        client.send(bytes + k_get);
        return test::statuses(client.read_to_end());
    };
    std::string many = k_post;
    for (int i = 0; i < 100; ++i) {
        many += "A: 1\r\n";
    }
    CHECK(ask(many + "\r\n") == "431");
    CHECK(ask(k_post + "A: " + std::string(17 * 1024, 'a') + "\r\n\r\n") == "431");
    CHECK(ask(k_post + std::string(100000, 'a')) == "431");
    CHECK(ask("GET /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n") == "414");
    CHECK(ask("GET /" + std::string(50000, 'a')) == "414");
    CHECK(ask(std::string(50000, 'a')) == "414");
    CHECK(server.service.seen().empty());
}

TEST_CASE("T015 what is just within the limits is served") {
    TestServer server;
    RawConnection client(server.port);
    const std::string target = "/" + std::string(4095, 'a');
    std::string fields;
    for (int i = 0; i < 99; ++i) {
        fields += "A: " + std::string(100, 'b') + "\r\n";
    }
    client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    CHECK(client.read_answer().body == "GET " + target + "\n");
    CHECK(server.service.seen().at(0).head.headers.count("a") == 99);
}

TEST_CASE("T015 chunk lines are short, chunks may be many") {
    TestServer server;
    const std::string head = k_post + "Transfer-Encoding: chunked\r\n\r\n";
    SECTION("a long extension") {
        RawConnection client(server.port);
        client.send(head + "1;a=" + std::string(300, 'b') + "\r\na\r\n0\r\n\r\n" + k_get);
        CHECK(test::statuses(client.read_to_end()) == "400");
    }
    SECTION("an extension without an end") {
        RawConnection client(server.port);
        client.send(head + "1;a=" + std::string(100 * 1024, 'b'));
        CHECK(test::statuses(client.read_to_end()) == "431");
    }
    SECTION("200 000 chunks of one byte") {
        std::string chunks;
        for (int i = 0; i < 200'000; ++i) {
            chunks += "1\r\na\r\n";
        }
        RawConnection client(server.port);
        client.send(head + chunks + "0\r\n\r\n");
        CHECK(client.read_answer().body.size() == 200'000 + 8);
    }
}

TEST_CASE("T016 a body over the limit is refused, when declared before it is read") {
    http::Limits limits;
    limits.body_bytes = 1000;
    TestServer server(limits);
    SECTION("declared") {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 1001\r\n\r\n");
        CHECK(test::statuses(client.read_to_end()) == "413");
    }
    SECTION("declared and sent at once, a megabyte of it") {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'a'));
        CHECK(test::statuses(client.read_to_end()) == "413");
    }
    SECTION("declared as all a number can hold") {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 18446744073709551615\r\n\r\n");
        CHECK(test::statuses(client.read_to_end()) == "413");
    }
    SECTION("in one chunk") {
        RawConnection client(server.port);
        client.send(k_post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n");
        CHECK(test::statuses(client.read_to_end()) == "413");
    }
    SECTION("in many chunks") {
        RawConnection client(server.port);
        client.send(k_post + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 11; ++i) {
            client.send("64\r\n" + std::string(100, 'a') + "\r\n");
        }
        CHECK(test::statuses(client.read_to_end()) == "413");
    }
    SECTION("at the limit it is served") {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'a'));
        CHECK(client.read_answer().status == 200);
        client.send(k_post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'a') +
                    "\r\n0\r\n\r\n");
        CHECK(client.read_answer().status == 200);
        return;
    }
    CHECK(server.service.seen().empty());
}

TEST_CASE("T016 a service can lower the limit of one request") {
    TestServer server;
    server.service.check_with([](const http::Head& head, std::uint64_t& limit) {
        limit = head.path() == "/small" ? 10 : limit;
        return std::optional<http::Response>();
    });
    RawConnection client(server.port);
    client.send(k_post + "Content-Length: 11\r\n\r\n01234567890");
    CHECK(client.read_answer().status == 200);
    client.send("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890");
    CHECK(test::statuses(client.read_to_end()) == "413");
}

TEST_CASE("T016 a large body arrives whole, however little is set aside for it") {
    TestServer server;
    std::string body;
    for (int i = 0; body.size() < (std::size_t{20} << 20); ++i) {
        body += std::to_string(i) + ' ';
    }
    RawConnection client(server.port);
    client.send(k_post + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    client.send(body);
    const bool came_back = client.read_answer().body == "POST /a\n" + body;
    CHECK(came_back);
    const bool arrived = server.service.seen().at(0).body == body;
    CHECK(arrived);
}

TEST_CASE("T016 bodies beyond the budget of all connections are told to come again") {
    http::Limits limits;
    limits.body_bytes = 9'000;
    limits.small_bodies_in_flight_bytes = 10'000;
    TestServer server(limits);
    server.service.hold();
    const auto post = [](RawConnection& client, std::size_t size) {
        client.send(k_post + "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
                    std::string(size, 'a'));
    };
    RawConnection first(server.port);
    post(first, 4000);
    auto waiting = server.service.next();
    RawConnection second(server.port);
    post(second, 4000);
    const auto also_waiting = server.service.next();

    RawConnection declared(server.port);
    post(declared, 4000);
    const std::string refused = declared.read_to_end();
    CHECK(test::statuses(refused) == "503");
    CHECK(refused.find("\r\nRetry-After: 1\r\n") != std::string::npos);

    RawConnection chunked(server.port);
    chunked.send(k_post + "Transfer-Encoding: chunked\r\n\r\nfa0\r\n" + std::string(4000, 'a'));
    CHECK(test::statuses(chunked.read_to_end()) == "503");

    // Announcing takes nothing; a small one still fits.
    RawConnection announced(server.port);
    announced.send(k_post + "Content-Length: 2000\r\n\r\n");
    RawConnection small(server.port);
    post(small, 1000);
    const auto fitted = server.service.next();

    // Once answered, there is room again.
    waiting.respond({});
    CHECK(first.read_answer().status == 200);
    RawConnection next(server.port);
    post(next, 4000);
    server.service.next().respond({});
    CHECK(next.read_answer().status == 200);
}

TEST_CASE("a body that was cut off is given back to the budget") {
    http::Limits limits;
    limits.body_bytes = 9'000;
    limits.small_bodies_in_flight_bytes = 10'000;
    TestServer server(limits);
    for (int i = 0; i < 5; ++i) {
        RawConnection client(server.port);
        client.send(k_post + "Content-Length: 9000\r\n\r\n" + std::string(8000, 'a'));
        client.finish_sending();
        CHECK(client.read_to_end().empty());
    }
    RawConnection client(server.port);
    client.send(k_post + "Content-Length: 9000\r\n\r\n" + std::string(9000, 'a'));
    CHECK(client.read_answer().status == 200);
}

TEST_CASE("T014 connections over the limit are closed at once, and give their place back") {
    http::Limits limits;
    limits.connections = 3;
    SECTION("in all") {}
    SECTION("per peer") {
        limits.connections = 100;
        limits.connections_per_peer = 3;
    }
    TestServer server(limits);
    std::vector<std::unique_ptr<RawConnection>> held;
    for (int i = 0; i < 3; ++i) {
        held.push_back(std::make_unique<RawConnection>(server.port));
        held.back()->send(k_get);
        CHECK(held.back()->read_answer().status == 200);
    }
    RawConnection fourth(server.port);
    CHECK(fourth.read_to_end().empty());
    held.pop_back();
    CHECK(eventually([&server] {
        RawConnection client(server.port);
        client.send("GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        return test::statuses(client.read_to_end()) == "200";
    }));
}

TEST_CASE("T021 without descriptors newcomers wait, others are served, and nothing spins") {
    TestServer server;
    RawConnection served(server.port);
    served.send(k_get);
    REQUIRE(served.read_answer().status == 200);

    // The newcomer's own descriptor is made first, then all others are taken.
    ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::rlimit none = before;
    none.rlim_cur = static_cast<::rlim_t>(probe.get()) + 1;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connected =
        ::connect(probe.get(), reinterpret_cast<const ::sockaddr*>(&address), sizeof address);
    const std::string get = k_get;
    const auto sent = ::send(probe.get(), get.data(), get.size(), MSG_NOSIGNAL);

    const std::clock_t cpu_before = std::clock();
    ::pollfd entry{probe.get(), POLLIN, 0};
    const int early = ::poll(&entry, 1, 500);
    const double cpu = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
    served.send(k_get);
    const int status = served.read_answer().status;
    const auto paused = server.server.intake();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);

    CHECK(connected == 0);
    CHECK(sent == static_cast<::ssize_t>(get.size()));
    CHECK(early == 0);
    CHECK(cpu < 0.25);
    CHECK(status == 200);
    CHECK(paused.paused);
    CHECK(paused.pauses == 1);
    CHECK(::poll(&entry, 1, 20'000) == 1);
    CHECK_FALSE(server.server.intake().paused);
    CHECK(server.server.intake().pauses == 1);
}
