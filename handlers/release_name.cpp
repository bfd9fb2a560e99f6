#include "handlers/release_name.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

namespace hookd::handlers {
namespace {

constexpr std::string_view k_time = "ddddddddTddddddZ-";
constexpr std::size_t k_commit_digits = 12;
constexpr std::uint64_t k_largest_number = 1'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

struct Parts {
    std::string_view time;
    std::string_view commit;
    int number = 1;
    std::size_t suffix = 0;  ///< length of the number with its dash
};

std::optional<Parts> parse(std::string_view name) {
    if (name.size() <= k_time.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < k_time.size(); ++i) {
        if (k_time[i] == 'd' ? !is_digit(name[i]) : name[i] != k_time[i]) {
            return std::nullopt;
        }
    }
    Parts parts;
    parts.time = name.substr(0, k_time.size());
    const auto rest = name.substr(k_time.size());
    parts.commit = rest.substr(0, rest.find('-'));
    parts.suffix = rest.size() - parts.commit.size();
    if (parts.suffix > 0) {
        const auto number = parse_number(rest.substr(parts.commit.size() + 1));
        if (!number || *number < 2 || *number > k_largest_number) {
            return std::nullopt;
        }
        parts.number = static_cast<int>(*number);
    }
    const bool is_commit = !parts.commit.empty() && parts.commit.size() <= k_commit_digits &&
                           std::all_of(parts.commit.begin(), parts.commit.end(), is_hex_digit);
    return is_commit ? std::optional(parts) : std::nullopt;
}

}  // namespace

std::string release_name(WallTime at, std::string_view commit, int number) {
    std::string name;
    for (const char c : to_rfc3339(at).substr(0, 19)) {
        if (c != '-' && c != ':') {
            name += c;
        }
    }
    name += "Z-" + std::string(commit.substr(0, k_commit_digits));
    return number < 2 ? name : name + "-" + std::to_string(number);
}

bool is_release_name(std::string_view name) {
    return parse(name).has_value();
}

int release_number(std::string_view name, std::string_view first) {
    const auto parts = parse(name);
    return parts && name.substr(0, name.size() - parts->suffix) == first ? parts->number : 0;
}

bool is_newer_release(std::string_view a, std::string_view b) {
    const auto left = parse(a).value_or(Parts{});
    const auto right = parse(b).value_or(Parts{});
    return std::tie(left.time, left.number, left.commit) >
           std::tie(right.time, right.number, right.commit);
}

}  // namespace hookd::handlers
