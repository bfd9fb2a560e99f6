#include "core/base/ip_address.hpp"

#include "tests/support/catch.hpp"

using namespace hookd;

namespace {

bool is_in(const char* network, const char* address) {
    const auto range = IpNetwork::parse(network);
    INFO(network << " " << address);
    REQUIRE(range);
    return range->contains(IpAddress::parse(address).value());
}

}  // namespace

TEST_CASE("an address lies in a network up to the last bit of the prefix") {
    CHECK(is_in("192.0.2.0/24", "192.0.2.0"));
    CHECK(is_in("192.0.2.0/24", "192.0.2.255"));
    CHECK_FALSE(is_in("192.0.2.0/24", "192.0.3.0"));
    CHECK(is_in("192.0.2.128/25", "192.0.2.128"));
    CHECK_FALSE(is_in("192.0.2.128/25", "192.0.2.127"));
    CHECK(is_in("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(is_in("192.0.2.7", "192.0.2.6"));
    CHECK(is_in("0.0.0.0/0", "255.255.255.255"));
    CHECK(is_in("2001:db8::/32", "2001:db8:ffff::1"));
    CHECK_FALSE(is_in("2001:db8::/32", "2001:db9::"));
    CHECK(is_in("2001:db8::/127", "2001:db8::1"));
    CHECK_FALSE(is_in("2001:db8::/127", "2001:db8::2"));
}

TEST_CASE("an IPv4 address is one however it is written, and IPv6 ranges do not hold it") {
    CHECK(is_in("192.0.2.0/24", "::ffff:192.0.2.1"));
    CHECK(is_in("::ffff:192.0.2.0/120", "192.0.2.1"));
    CHECK_FALSE(is_in("::/0", "192.0.2.1"));
    CHECK_FALSE(is_in("0.0.0.0/0", "::1"));
    CHECK(IpAddress::parse("::ffff:192.0.2.1").value() == IpAddress::parse("192.0.2.1").value());
    CHECK(IpAddress::parse("::ffff:192.0.2.1")->text() == "192.0.2.1");
    CHECK(IpAddress::parse("2001:DB8:0:0::1")->text() == "2001:db8::1");
}

TEST_CASE("what is no address or no range is none") {
    for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4:80",
                             "[::1]", "::1%lo", "localhost", " 1.2.3.4", "1.2.3.4 "}) {
        INFO(text);
        CHECK_FALSE(IpAddress::parse(text));
        CHECK_FALSE(IpNetwork::parse(text));
    }
    CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0.5", 10)));
    for (const char* text : {"1.2.3.4/33", "1.2.3.4/", "/8", "::/129", "1.0.0.0/+8", "1.0.0.0/8 ",
                             "::ffff:1.2.3.4/8", "1.2.3.4/24"}) {
        INFO(text);
        CHECK_FALSE(IpNetwork::parse(text));
    }
}
