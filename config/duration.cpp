#include "config/duration.hpp"

#include "core/base/text.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace hookd::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t milliseconds;
};

// Larger first: a sum names them in this order.
constexpr std::array k_units = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::uint64_t k_longest = std::uint64_t{3650} * 86'400'000;

tl::unexpected<Error> no_duration(std::string_view text) {
    return fail(ErrorCode::invalid,
                "\"" + std::string(text) +
                    "\" is no duration: write a number and a unit, such as 30s, 5m, 2h, 1d or "
                    "1h30m");
}

/// Takes the leading run of bytes for which `is_digit` holds (or does not hold) off `text`.
std::string_view take(std::string_view& text, bool digits) {
    constexpr std::string_view k_digits = "0123456789";
    const std::size_t end =
        digits ? text.find_first_not_of(k_digits) : text.find_first_of(k_digits);
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(taken.size());
    return taken;
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
    std::uint64_t sum = 0;
    std::size_t next_unit = 0;
    std::string_view rest = text;
    do {
        const auto count = parse_number(take(rest, true));
        const std::string_view name = take(rest, false);
        while (next_unit < k_units.size() && k_units[next_unit].name != name) {
            ++next_unit;
        }
        if (!count || next_unit == k_units.size()) {
            return no_duration(text);
        }
        const Unit& unit = k_units[next_unit++];
        if (*count > (k_longest - sum) / unit.milliseconds) {
            return fail(ErrorCode::invalid,
                        "\"" + std::string(text) + "\" is too long: at most 3650d is possible");
        }
        sum += *count * unit.milliseconds;
    } while (!rest.empty());
    return Milliseconds(sum);
}

}  // namespace hookd::config
