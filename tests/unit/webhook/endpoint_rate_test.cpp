#include "webhook/endpoint_rate.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace hookd;
using namespace hookd::webhook;
using std::chrono::seconds;

namespace {

const BootTime k_start{Milliseconds(5'000)};

}  // namespace

TEST_CASE("T022 a burst goes through at once, and then one by one") {
    RateGate gate;
    const config::RateLimit limit{60, 3};
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(gate.take(limit, k_start));
    }
    CHECK(gate.take(limit, k_start) == Milliseconds(1'000));
    CHECK(gate.take(limit, k_start + Milliseconds(400)) == Milliseconds(600));
    CHECK_FALSE(gate.take(limit, k_start + seconds(1)));
    CHECK(gate.take(limit, k_start + seconds(1)) == Milliseconds(1'000));
    // Whoever was away for long has one burst, not more.
    const BootTime later = k_start + std::chrono::hours(9);
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(gate.take(limit, later));
    }
    CHECK(gate.take(limit, later));
}

TEST_CASE("T022 in the long run so many go through in a minute, however often it is tried") {
    for (const config::RateLimit limit :
         {config::RateLimit{1, 1}, {7, 3}, {120, 30}, {6'000, 1}, {1'000'000, 10}}) {
        RateGate gate;
        const int minutes = limit.per_minute < 1000 ? 10 : 1;
        std::uint64_t passed = 0;
        for (Milliseconds at{}; at < std::chrono::minutes(minutes); at += Milliseconds(5)) {
            for (int tries = 0; tries < 100 && !gate.take(limit, k_start + at); ++tries) {
                ++passed;
            }
        }
        INFO(limit.per_minute << " " << limit.burst);
        CHECK(passed <= limit.per_minute * static_cast<std::uint64_t>(minutes) + limit.burst);
        // With this burst and 5 ms between tries a million a minute is out of reach.
        if (limit.per_minute < 100'000) {
            CHECK(passed + 1 >= limit.per_minute * static_cast<std::uint64_t>(minutes));
        }
    }
}

TEST_CASE("T022 a limit that became smaller holds at once, and one that grew lets in again") {
    RateGate gate;
    for (int i = 0; i < 100; ++i) {
        REQUIRE_FALSE(gate.take({1, 100}, k_start));
    }
    CHECK(gate.take({1, 100}, k_start) == Milliseconds(60'000));
    // A hundred minutes of debt were owed under the old limit, never more than a burst now.
    CHECK(gate.take({60, 2}, k_start) == Milliseconds(1'000));
    CHECK_FALSE(gate.take({60, 2}, k_start + seconds(1)));
}

TEST_CASE("T022 a delivery that is sent again uses up no first one's place") {
    EndpointRate rate;
    const config::RateLimit limit{60, 3};
    CHECK_FALSE(rate.take(limit, "caught", k_start));
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(rate.take(limit, "caught", k_start));
    }
    // Its own budget has an end as well.
    CHECK(rate.take(limit, "caught", k_start) == Milliseconds(1'000));
    CHECK_FALSE(rate.take(limit, "new", k_start));
    CHECK_FALSE(rate.take(limit, "newer", k_start));
    CHECK(rate.take(limit, "newest", k_start) == Milliseconds(1'000));
    // What was not let in is not known, and comes again as a first one.
    CHECK_FALSE(rate.take(limit, "newest", k_start + seconds(1)));
}

TEST_CASE("T022 what a sender can write by being refused has a limit in number and in bytes") {
    const auto kept_in_a_minute = [](std::uint64_t bytes) {
        EndpointRate rate;
        std::uint64_t kept = 0;
        for (int i = 0; i < 60'000; ++i) {
            kept += rate.may_keep_refused(bytes, k_start + Milliseconds(i)) ? 1 : 0;
        }
        return kept;
    };
    CHECK(kept_in_a_minute(100) <= 180);
    CHECK(kept_in_a_minute(100) >= 120);
    constexpr std::uint64_t k_large = std::uint64_t{25} << 20;
    CHECK(kept_in_a_minute(k_large) * k_large <= std::uint64_t{50} << 20);
    CHECK(kept_in_a_minute(k_large) >= 1);
}
