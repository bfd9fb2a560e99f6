#include "config/size.hpp"

#include "core/base/text.hpp"

#include <array>
#include <string>

namespace hookd::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::uint64_t k_kib = 1024;
constexpr std::array k_units = {
    Unit{"B", 1},
    Unit{"KB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"TB", 1'000'000'000'000},
    Unit{"KiB", k_kib},
    Unit{"MiB", k_kib* k_kib},
    Unit{"GiB", k_kib* k_kib* k_kib},
    Unit{"TiB", k_kib* k_kib* k_kib* k_kib},
};
constexpr std::uint64_t k_largest = k_kib * k_kib * k_kib * k_kib * k_kib;

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_number(text.substr(0, digits));
    for (const Unit& unit : k_units) {
        if (!count || unit.name != text.substr(digits)) {
            continue;
        }
        if (*count > k_largest / unit.bytes) {
            return fail(ErrorCode::invalid,
                        "\"" + std::string(text) + "\" is too large: at most 1024TiB is possible");
        }
        return *count * unit.bytes;
    }
    return fail(ErrorCode::invalid, "\"" + std::string(text) +
                                        "\" is no size: write a number and a unit, such as 512B, "
                                        "10KB or 25MiB");
}

}  // namespace hookd::config
