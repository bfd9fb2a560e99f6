#include "config/duration.hpp"

#include "tests/support/catch.hpp"

using hookd::Milliseconds;
using hookd::config::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("a duration is a sum of numbers with units, larger ones first") {
    CHECK(parse_duration("30s") == Milliseconds(30s));
    CHECK(parse_duration("5m") == Milliseconds(5min));
    CHECK(parse_duration("2h") == Milliseconds(2h));
    CHECK(parse_duration("1d") == Milliseconds(24h));
    CHECK(parse_duration("500ms") == 500ms);
    CHECK(parse_duration("0s") == 0ms);
    CHECK(parse_duration("1h30m") == Milliseconds(90min));
    CHECK(parse_duration("1d2h3m4s5ms") == Milliseconds(26h + 3min + 4s + 5ms));
    CHECK(parse_duration("3650d") == Milliseconds(24h * 3650));
}

TEST_CASE("what is no duration is refused with what would be one") {
    for (const char* text : {"", "5", "s", "m5", "5 m", "-5s", "+5s", "1.5h", "5M", "5min", "30m1h",
                             "1h1h", "1hm", "1h30", " 5m", "5m ", "1s1ms1", "0x5s"}) {
        INFO(text);
        const auto duration = parse_duration(text);
        REQUIRE_FALSE(duration);
        CHECK(duration.error().message.find("such as 30s, 5m, 2h, 1d or 1h30m") !=
              std::string::npos);
    }
}

TEST_CASE("a duration that would overflow is refused") {
    CHECK_FALSE(parse_duration("3651d"));
    CHECK_FALSE(parse_duration("3650d1ms"));
    CHECK_FALSE(parse_duration("18446744073709551615ms"));
    CHECK_FALSE(parse_duration("18446744073709551616ms"));
    CHECK_FALSE(parse_duration("213503982334601d"));
}
