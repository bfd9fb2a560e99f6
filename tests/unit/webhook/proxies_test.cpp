#include "webhook/proxies.hpp"

#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::webhook;

namespace {

using Values = std::vector<std::string>;

std::string judged(const Values& proxies, const std::string& peer, const Values& forwarded,
                   const std::string& header = "X-Forwarded-For") {
    http::Head head;
    head.peer = peer;
    for (const std::string& value : forwarded) {
        head.headers.add(header, value);
    }
    return Proxies(proxies).judged_peer(head);
}

}  // namespace

TEST_CASE("T011 whoever is no listed proxy speaks for himself only") {
    CHECK(judged({}, "203.0.113.9", {"192.0.2.1"}) == "203.0.113.9");
    CHECK(judged({"10.0.0.0/8"}, "203.0.113.9", {"192.0.2.1"}) == "203.0.113.9");
    CHECK(judged({"10.0.0.0/8"}, "", {"192.0.2.1"}).empty());
    CHECK(judged({"unix"}, "127.0.0.1", {"192.0.2.1"}) == "127.0.0.1");
}

TEST_CASE("T011 of what a proxy passes on, the right-most hop that is no proxy counts") {
    const Values proxies = {"10.0.0.0/8", "::1", "unix"};
    CHECK(judged(proxies, "10.0.0.1", {"192.0.2.1"}) == "192.0.2.1");
    CHECK(judged(proxies, "::1", {"192.0.2.1"}) == "192.0.2.1");
    CHECK(judged(proxies, "", {"192.0.2.1"}) == "192.0.2.1");
    // What stands left of it was made up by whom it names.
    CHECK(judged(proxies, "10.0.0.1", {"198.51.100.1, 192.0.2.1"}) == "192.0.2.1");
    CHECK(judged(proxies, "10.0.0.1", {"198.51.100.1,192.0.2.1 , 10.0.0.2"}) == "192.0.2.1");
    CHECK(judged(proxies, "10.0.0.1", {"198.51.100.1", "192.0.2.1"}) == "192.0.2.1");
    CHECK(judged(proxies, "10.0.0.1", {"192.0.2.1", "10.9.9.9"}) == "192.0.2.1");
    // All are proxies: the one that is farthest away sent it.
    CHECK(judged(proxies, "10.0.0.1", {"10.0.0.3, 10.0.0.2"}) == "10.0.0.3");
    CHECK(judged(proxies, "10.0.0.1", {}) == "10.0.0.1");
}

TEST_CASE("T011 a hop may have a port, and what is no address ends the search") {
    const Values proxies = {"10.0.0.0/8"};
    CHECK(judged(proxies, "10.0.0.1", {"192.0.2.1:4711"}) == "192.0.2.1");
    CHECK(judged(proxies, "10.0.0.1", {"[2001:db8::1]:80"}) == "2001:db8::1");
    CHECK(judged(proxies, "10.0.0.1", {"[2001:db8::1]"}) == "2001:db8::1");
    CHECK(judged(proxies, "10.0.0.1", {"2001:DB8::1"}) == "2001:db8::1");
    CHECK(judged(proxies, "10.0.0.1", {"::ffff:192.0.2.1"}) == "192.0.2.1");
    for (const char* hop : {"unknown", "", "_hidden", "192.0.2.1:", "192.0.2.1:x", "[2001:db8::1",
                            "[::1]x", "example.test", "192.0.2"}) {
        INFO(hop);
        CHECK(judged(proxies, "10.0.0.1", {"198.51.100.1, " + std::string(hop)}) == "10.0.0.1");
        CHECK(judged(proxies, "10.0.0.1", {std::string(hop) + ", 192.0.2.1"}) == "192.0.2.1");
    }
}

TEST_CASE("T011 Forwarded is not read, whoever sends it") {
    CHECK(judged({"10.0.0.0/8"}, "10.0.0.1", {"for=192.0.2.1"}, "Forwarded") == "10.0.0.1");
    CHECK(judged({"10.0.0.0/8"}, "10.0.0.1", {"192.0.2.1"}, "X-Real-IP") == "10.0.0.1");
}
