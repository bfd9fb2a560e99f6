#include "config/end_time.hpp"

#include "core/base/text.hpp"

#include <optional>
#include <string>

namespace hookd::config {
namespace {

constexpr std::size_t k_date_bytes = 10;

/// "2026-12-31", and a day that there is.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
    if (text.size() != k_date_bytes || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = parse_number(text.substr(0, 4));
    const auto month = parse_number(text.substr(5, 2));
    const auto day = parse_number(text.substr(8, 2));
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(date) : std::nullopt;
}

}  // namespace

Result<WallTime> parse_end_time(std::string_view text) {
    if (const auto date = parse_date(text)) {
        return WallTime(std::chrono::sys_days(*date) + std::chrono::days(1));
    }
    if (const auto time = from_rfc3339(text)) {
        return *time;
    }
    return fail(ErrorCode::invalid,
                "\"" + std::string(text) +
                    "\" is neither a date nor a time: write 2026-12-31 (through "
                    "the end of that day, in UTC) or 2026-12-31T18:00:00Z");
}

}  // namespace hookd::config
