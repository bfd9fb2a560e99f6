#include "core/base/clock.hpp"

#include "core/base/text.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace hookd {
namespace {

std::int64_t read_clock_ms(::clockid_t id) {
    ::timespec now{};
    ::clock_gettime(id, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// Takes `count` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    const auto number = text.size() < count ? std::nullopt : parse_number(text.substr(0, count));
    if (!number) {
        return std::nullopt;
    }
    text.remove_prefix(count);
    return static_cast<int>(*number);
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

}  // namespace

WallTime RealClock::wall() const {
    return WallTime(Milliseconds(read_clock_ms(CLOCK_REALTIME)));
}
BootTime RealClock::boot() const {
    return BootTime(Milliseconds(read_clock_ms(CLOCK_BOOTTIME)));
}

WallTime ManualClock::wall() const {
    return WallTime(Milliseconds(wall_ms_.load()));
}
BootTime ManualClock::boot() const {
    return BootTime(Milliseconds(boot_ms_.load()));
}

void ManualClock::advance(Milliseconds by) {
    wall_ms_ += by.count();
    boot_ms_ += by.count();
}

void ManualClock::set_wall(WallTime to) {
    wall_ms_ = to.time_since_epoch().count();
}

std::string to_rfc3339(WallTime time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(time - days);
    std::array<char, 48> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

Result<WallTime> from_rfc3339(std::string_view text) {
    const std::string whole(text);
    const auto wrong = [&whole] {
        return fail(ErrorCode::invalid, "\"" + printable_line(whole.substr(0, 80)) +
                                            "\" is no time such as \"2026-11-23T10:00:00Z\"");
    };
    const auto year = take_digits(text, 4);
    const bool dash1 = take(text, "-");
    const auto month = take_digits(text, 2);
    const bool dash2 = take(text, "-");
    const auto day = take_digits(text, 2);
    const bool separator = take(text, "Tt ");
    const auto hour = take_digits(text, 2);
    const bool colon1 = take(text, ":");
    const auto minute = take_digits(text, 2);
    const bool colon2 = take(text, ":");
    const auto second = take_digits(text, 2);
    if (!year || !dash1 || !month || !dash2 || !day || !separator || !hour || !colon1 || !minute ||
        !colon2 || !second) {
        return wrong();
    }
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    // A leap second is shown as :60 and counted as the second before it.
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
        return wrong();
    }
    int milliseconds = 0;
    if (take(text, ".")) {
        int scale = 100;
        bool any = false;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            milliseconds += (text.front() - '0') * scale;
            scale /= 10;
            any = true;
            text.remove_prefix(1);
        }
        if (!any) {
            return wrong();
        }
    }
    std::chrono::minutes offset{0};
    if (!take(text, "Zz")) {
        if (text.empty() || (text.front() != '+' && text.front() != '-')) {
            return wrong();
        }
        const bool west = text.front() == '-';
        text.remove_prefix(1);
        const auto hours = take_digits(text, 2);
        const bool colon = take(text, ":");
        const auto minutes = take_digits(text, 2);
        if (!hours || !colon || !minutes || *hours > 23 || *minutes > 59) {
            return wrong();
        }
        offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
        offset = west ? -offset : offset;
    }
    if (!text.empty()) {
        return wrong();
    }
    return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + std::chrono::seconds(std::min(*second, 59)) +
           Milliseconds(milliseconds) - offset;
}

}  // namespace hookd
