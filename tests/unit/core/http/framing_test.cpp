#include "core/http/framing.hpp"

#include "core/http/buffers.hpp"
#include "core/http/server.hpp"
#include "tests/support/catch.hpp"

using namespace hookd::http;

namespace {

std::string post(const std::string& fields) {
    return "POST /hooks/a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE("the end of a head is found at the same place however it is cut into pieces") {
    const std::string head = "POST /a HTTP/1.1\r\nHost: h\r\nA: \r\n\r\n";
    const std::string data = head + "body\r\n\r\n";
    for (std::size_t cut = 1; cut < head.size(); ++cut) {
        HeadScan scan;
        const auto part = scan.scan(std::string_view(data).substr(0, cut), Limits{});
        REQUIRE(part);
        REQUIRE_FALSE(*part);
        const auto found = scan.scan(data, Limits{});
        REQUIRE(found);
        CHECK(*found == head.size());
    }
    HeadScan scan;
    for (std::size_t size = 0; size < head.size(); ++size) {
        const auto found = scan.scan(std::string_view(data).substr(0, size), Limits{});
        REQUIRE(found);
        REQUIRE_FALSE(*found);
    }
    CHECK(scan.scan(head, Limits{}).value() == head.size());
}

TEST_CASE("T015 a head or a request line that does not end is refused at its limit") {
    Limits limits;
    limits.header_bytes = 1000;
    limits.target_bytes = 100;
    HeadScan line;
    CHECK(line.scan("GET /" + std::string(200, 'a'), limits).error().status == 414);
    HeadScan head;
    CHECK(head.scan("GET / HTTP/1.1\r\nA: " + std::string(1000, 'a'), limits).error().status ==
          431);
    // The end comes, but too late.
    HeadScan late;
    CHECK(late.scan("GET / HTTP/1.1\r\nA: " + std::string(1000, 'a') + "\r\n\r\n", limits)
              .error()
              .status == 431);
}

TEST_CASE("a body's length is taken from the one field that says it") {
    CHECK(check_framing(post("Content-Length: 12\r\n"), Limits{})->content_length == 12);
    CHECK(check_framing(post("content-length:12\r\n"), Limits{})->has_body());
    CHECK_FALSE(check_framing(post("Content-Length: 0\r\n"), Limits{})->has_body());
    CHECK(check_framing(post("Transfer-Encoding: chunked\r\n"), Limits{})->chunked);
    CHECK_FALSE(check_framing(post(""), Limits{})->has_body());
}

TEST_CASE("a connection stays open in HTTP/1.1 unless the client closes it") {
    CHECK(check_framing(post(""), Limits{})->keeps_alive);
    CHECK(check_framing(post("Connection: keep-alive\r\n"), Limits{})->keeps_alive);
    CHECK_FALSE(check_framing(post("Connection: Upgrade, Close\r\n"), Limits{})->keeps_alive);
    const auto old = check_framing("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Limits{});
    REQUIRE(old);
    CHECK_FALSE(old->keeps_alive);
    CHECK(old->is_http_1_0);
}

TEST_CASE("T017 only 100-continue can be expected, and only for a body") {
    CHECK(check_framing(post("Expect: 100-Continue\r\nContent-Length: 1\r\n"), Limits{})
              ->expects_continue);
    CHECK_FALSE(check_framing(post("Expect: 100-continue\r\n"), Limits{})->expects_continue);
    CHECK(check_framing(post("Expect: 200-ok\r\n"), Limits{}).error().status == 417);
}

TEST_CASE("T015 too many fields and too long targets have their own answers") {
    Limits limits;
    limits.header_fields = 3;
    limits.target_bytes = 20;
    CHECK(check_framing(post("A: 1\r\nB: 2\r\n"), limits));
    CHECK(check_framing(post("A: 1\r\nB: 2\r\nC: 3\r\n"), limits).error().status == 431);
    const std::string target = "/" + std::string(20, 'a');
    CHECK(check_framing("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n", limits).error().status ==
          414);
}

TEST_CASE("unusual but clear requests are not refused") {
    CHECK(check_framing("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", Limits{}));
    CHECK(check_framing("BREW /pot HTTP/1.1\r\nHost:\r\n\r\n", Limits{}));
    CHECK(check_framing("GET / HTTP/1.0\r\n\r\n", Limits{}));
    CHECK(check_framing("GET /a?b#c HTTP/1.1\r\nHost: [::1]:8080\r\nX: \xc3\xa9\ty\r\n\r\n",
                        Limits{}));
}
