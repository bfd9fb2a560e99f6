#include "core/base/clock.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace hookd;
using namespace std::chrono_literals;

namespace {

WallTime read(std::string_view text) {
    const auto time = from_rfc3339(text);
    INFO(text);
    REQUIRE(time);
    return *time;
}

}  // namespace

TEST_CASE("a time is written in UTC with milliseconds") {
    CHECK(to_rfc3339(WallTime{}) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(WallTime(1ms)) == "1970-01-01T00:00:00.001Z");
    CHECK(to_rfc3339(WallTime(-1ms)) == "1969-12-31T23:59:59.999Z");
    CHECK(to_rfc3339(WallTime(1795428001250ms)) == "2026-11-23T10:00:01.250Z");
    CHECK(to_rfc3339(WallTime(951782400000ms)) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("what is written is read back as the same moment") {
    for (const auto& text :
         {"1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "2000-02-29T12:34:56.789Z",
          "9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z"}) {
        CHECK(to_rfc3339(read(text)) == text);
    }
}

TEST_CASE("offsets are taken off") {
    const WallTime noon = read("2026-11-23T12:00:00Z");
    CHECK(read("2026-11-23T13:00:00+01:00") == noon);
    CHECK(read("2026-11-23T07:00:00-05:00") == noon);
    CHECK(read("2026-11-23T17:30:00+05:30") == noon);
    CHECK(read("2026-11-24T11:59:00+23:59") == noon);
    CHECK(read("2026-11-22T12:01:00-23:59") == noon);
    CHECK(read("2026-11-23T12:00:00-00:00") == noon);
    CHECK(read("2027-01-01T00:30:00+01:00") == read("2026-12-31T23:30:00Z"));
}

TEST_CASE("letters may be small and a blank may stand for the T") {
    CHECK(read("2026-11-23t12:00:00z") == read("2026-11-23T12:00:00Z"));
    CHECK(read("2026-11-23 12:00:00Z") == read("2026-11-23T12:00:00Z"));
}

TEST_CASE("fractions of any length are cut to milliseconds") {
    const WallTime second = read("2026-11-23T12:00:00Z");
    CHECK(read("2026-11-23T12:00:00.5Z") - second == 500ms);
    CHECK(read("2026-11-23T12:00:00.05Z") - second == 50ms);
    CHECK(read("2026-11-23T12:00:00.0009Z") - second == 0ms);
    CHECK(read("2026-11-23T12:00:00.999999999Z") - second == 999ms);
    CHECK(read("2026-11-23T12:00:00." + std::string(400, '9') + "Z") - second == 999ms);
}

TEST_CASE("a leap second is the second before it") {
    CHECK(read("2016-12-31T23:59:60Z") == read("2016-12-31T23:59:59Z"));
    CHECK(read("2016-12-31T23:59:60.250Z") == read("2016-12-31T23:59:59.250Z"));
    CHECK(read("2016-12-31T15:59:60-08:00") == read("2016-12-31T23:59:59Z"));
}

TEST_CASE("29 February is in leap years only") {
    CHECK(from_rfc3339("2024-02-29T00:00:00Z"));
    CHECK(from_rfc3339("2000-02-29T00:00:00Z"));
    CHECK_FALSE(from_rfc3339("2026-02-29T00:00:00Z"));
    CHECK_FALSE(from_rfc3339("1900-02-29T00:00:00Z"));
}

TEST_CASE("what is no time is refused with words") {
    for (const auto* bad : {"",
                            "2026",
                            "2026-11-23",
                            "2026-11-23T",
                            "2026-11-23T12:00Z",
                            "2026-11-23T12:00:00",
                            "2026-11-23T12:00:00+01",
                            "2026-11-23T12:00:00+0100",
                            "2026-11-23T12:00:00.Z",
                            "2026-11-23T12:00:00Z ",
                            " 2026-11-23T12:00:00Z",
                            "2026-11-23T12:00:00ZZ",
                            "2026-00-23T12:00:00Z",
                            "2026-13-23T12:00:00Z",
                            "2026-11-00T12:00:00Z",
                            "2026-11-31T12:00:00Z",
                            "2026-11-23T24:00:00Z",
                            "2026-11-23T12:60:00Z",
                            "2026-11-23T12:00:61Z",
                            "2026-11-23T12:00:00+24:00",
                            "2026-11-23T12:00:00+01:60",
                            "26-11-23T12:00:00Z",
                            "+026-11-23T12:00:00Z",
                            "-001-11-23T12:00:00Z",
                            "2026-11-23T-1:00:00Z",
                            "2026/11/23T12:00:00Z",
                            "2026-11-23T12:00:00,5Z",
                            "1795428001",
                            "yesterday"}) {
        CAPTURE(bad);
        const auto time = from_rfc3339(bad);
        REQUIRE_FALSE(time);
        CHECK(time.error().code == ErrorCode::invalid);
    }
    const auto long_one = from_rfc3339(std::string(100000, '1'));
    REQUIRE_FALSE(long_one);
    CHECK(long_one.error().message.size() < 300);
}

TEST_CASE("T087 the manual clock's durations do not follow civil time") {
    ManualClock clock;
    CHECK(to_rfc3339(clock.wall()) == "2026-01-01T00:00:00.000Z");
    const BootTime start = clock.boot();
    clock.advance(1500ms);
    CHECK(to_rfc3339(clock.wall()) == "2026-01-01T00:00:01.500Z");
    CHECK(clock.boot() - start == 1500ms);
    clock.set_wall(WallTime{});
    CHECK(to_rfc3339(clock.wall()) == "1970-01-01T00:00:00.000Z");
    CHECK(clock.boot() - start == 1500ms);
}

TEST_CASE("the real clocks move forward") {
    const RealClock clock;
    const BootTime before = clock.boot();
    CHECK(clock.wall() > from_rfc3339("2024-01-01T00:00:00Z").value());
    CHECK(clock.boot() >= before);
}
