#include "core/http/address_range.hpp"
#include "core/http/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/test_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <atomic>
#include <cstring>

using namespace hookd;
using http::AddressRange;
using http::ClientRequest;
using http::Reach;
using test::TestServer;

namespace {

AddressRange range(const std::string& text) {
    ::sockaddr_storage storage{};
    ::sockaddr_in four{};
    ::sockaddr_in6 six{};
    if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        std::memcpy(&storage, &four, sizeof four);
    } else {
        REQUIRE(::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1);
        six.sin6_family = AF_INET6;
        std::memcpy(&storage, &six, sizeof six);
    }
    return http::range_of(*static_cast<const ::sockaddr*>(static_cast<const void*>(&storage)));
}

ClientRequest to(const std::string& host, const TestServer& server, Reach reach) {
    ClientRequest request;
    request.url = "http://" + host + ":" + std::to_string(server.port) + "/";
    request.reach = reach;
    return request;
}

}  // namespace

TEST_CASE("T075 addresses are told apart by the place they lead to") {
    for (const char* address : {"1.1.1.1", "8.8.8.8", "100.63.0.1", "172.32.0.1", "192.169.0.1",
                                "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"}) {
        INFO(address);
        CHECK(range(address) == AddressRange::internet);
    }
    for (const char* address : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1",
                                "64:ff9b::7f00:1", "2002:7f00:1::"}) {
        INFO(address);
        CHECK(range(address) == AddressRange::loopback);
    }
    for (const char* address :
         {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1",
          "fc00::1", "fd12::1", "::ffff:10.0.0.1", "64:ff9b:1::1"}) {
        INFO(address);
        CHECK(range(address) == AddressRange::home);
    }
    for (const char* address :
         {"0.0.0.0", "0.1.2.3", "169.254.169.254", "192.0.2.1", "198.51.100.1", "203.0.113.1",
          "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::7f00:1", "fe80::1", "fec0::1",
          "ff02::1", "2001:db8::1", "2001::1", "100::1", "::ffff:169.254.169.254",
          "2002:a9fe:a9fe::"}) {
        INFO(address);
        CHECK(range(address) == AddressRange::forbidden);
    }
}

TEST_CASE("T075 no spelling of this machine's address reaches it") {
    TestServer canary;
    const char* const host =
        GENERATE("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0", "localhost",
                 "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.1.", "0.0.0.0", "[::]");
    INFO(host);
    CHECK_FALSE(http::send(to(host, canary, Reach::internet)));
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T075 a name whose address is out of reach is not asked, whatever comes with it") {
    TestServer canary;
    const std::string addresses =
        GENERATE("127.0.0.1", "10.255.255.1,127.0.0.1", "169.254.169.254,127.0.0.1", "[::1]");
    ClientRequest request = to("forge.test", canary, Reach::internet);
    request.resolved = {"forge.test:" + std::to_string(canary.port) + ":" + addresses};
    const auto answer = http::send(request);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::denied);
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T075 where this machine is allowed, other private places are not") {
    TestServer server;
    CHECK(http::send(to("127.0.0.1", server, Reach::internet_and_loopback)));
    CHECK(http::send(to("127.0.0.1", server, Reach::internet_and_home)));
    CHECK(server.service.seen().size() == 2);
    ClientRequest request = to("forge.test", server, Reach::internet_and_loopback);
    request.resolved = {"forge.test:" + std::to_string(server.port) + ":10.255.255.1"};
    CHECK(http::send(request).error().code == ErrorCode::denied);
    request = to("forge.test", server, Reach::internet_and_home);
    request.resolved = {"forge.test:" + std::to_string(server.port) + ":169.254.169.254"};
    CHECK(http::send(request).error().code == ErrorCode::denied);
}

TEST_CASE("T075 a redirect is an answer, not a way to somewhere else") {
    TestServer canary;
    TestServer server;
    server.service.serve_with([&canary](const http::Request&, const http::Responder& responder) {
        http::Response response;
        response.status = 302;
        response.headers.emplace_back("Location",
                                      "http://127.0.0.1:" + std::to_string(canary.port) + "/");
        responder.respond(std::move(response));
    });
    const auto answer = http::send(to("127.0.0.1", server, Reach::internet_and_loopback));
    REQUIRE(answer);
    CHECK(answer->status == 302);
    CHECK(answer->header("location") == "http://127.0.0.1:" + std::to_string(canary.port) + "/");
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T075 a name that does not resolve is refused") {
    TestServer canary;
    CHECK_FALSE(http::send(to("no-such-host.invalid", canary, Reach::internet)));
}

TEST_CASE("T077 an answer that is larger than it may be is no answer") {
    TestServer server;
    server.service.serve_with([](const http::Request&, const http::Responder& responder) {
        http::Response response;
        response.body = std::string(100'000, 'x');
        responder.respond(std::move(response));
    });
    ClientRequest request = to("127.0.0.1", server, Reach::internet_and_loopback);
    request.most_bytes = 99'999;
    CHECK_FALSE(http::send(request));
    request.most_bytes = 100'000;
    CHECK(http::send(request)->body.size() == 100'000);
}

TEST_CASE("T077 a request ends when it is asked to") {
    TestServer server;
    server.service.hold();
    std::atomic<bool> stop = false;
    ClientRequest request = to("127.0.0.1", server, Reach::internet_and_loopback);
    request.stop = [&] {
        // Once it is there, so that it hangs in the answer.
        stop = stop || !server.service.seen().empty();
        return stop.load();
    };
    CHECK(http::send(request).error().code == ErrorCode::unavailable);
    server.service.next().respond({});
}
