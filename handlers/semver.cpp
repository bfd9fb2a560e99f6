#include "handlers/semver.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace hookd::handlers {
namespace {

constexpr std::uint64_t k_largest = std::uint64_t{1} << 63;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_identifier_byte(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool is_numeric(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

bool has_leading_zero(std::string_view digits) {
    return digits.size() > 1 && digits.front() == '0';
}

std::optional<std::uint64_t> parse_part(std::string_view text) {
    const auto number = parse_number(text);
    return number && *number <= k_largest && !has_leading_zero(text) ? number : std::nullopt;
}

/// Identifiers joined by dots.
bool are_identifiers(std::string_view text) {
    const auto all = split(text, '.');
    return std::all_of(all.begin(), all.end(), [](std::string_view identifier) {
        return !identifier.empty() &&
               std::all_of(identifier.begin(), identifier.end(), is_identifier_byte);
    });
}

/// Numbers by value and below texts; texts by their bytes.
std::strong_ordering compare_identifiers(const std::string& a, const std::string& b) {
    const bool a_is_number = is_numeric(a);
    const bool b_is_number = is_numeric(b);
    if (a_is_number != b_is_number) {
        return a_is_number ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (a_is_number && a.size() != b.size()) {
        return a.size() <=> b.size();  // no leading zeros: the longer one is the larger one
    }
    return a <=> b;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
    Version version;
    if (const auto plus = text.find('+'); plus != std::string_view::npos) {
        version.build = text.substr(plus + 1);
        text = text.substr(0, plus);
        if (!are_identifiers(version.build)) {
            return std::nullopt;
        }
    }
    if (const auto dash = text.find('-'); dash != std::string_view::npos) {
        const auto prerelease = text.substr(dash + 1);
        text = text.substr(0, dash);
        if (!are_identifiers(prerelease)) {
            return std::nullopt;
        }
        for (const auto identifier : split(prerelease, '.')) {
            if (is_numeric(identifier) && has_leading_zero(identifier)) {
                return std::nullopt;
            }
            version.prerelease.emplace_back(identifier);
        }
    }
    const auto parts = split(text, '.');
    if (parts.size() != 3) {
        return std::nullopt;
    }
    const auto major = parse_part(parts[0]);
    const auto minor = parse_part(parts[1]);
    const auto patch = parse_part(parts[2]);
    if (!major || !minor || !patch) {
        return std::nullopt;
    }
    version.major = *major;
    version.minor = *minor;
    version.patch = *patch;
    return version;
}

std::string to_text(const Version& version) {
    std::string text = std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                       std::to_string(version.patch);
    char separator = '-';
    for (const auto& identifier : version.prerelease) {
        text += separator + identifier;
        separator = '.';
    }
    return version.build.empty() ? text : text + "+" + version.build;
}

std::strong_ordering compare_precedence(const Version& a, const Version& b) {
    if (const auto order = a.major <=> b.major; std::is_neq(order)) {
        return order;
    }
    if (const auto order = a.minor <=> b.minor; std::is_neq(order)) {
        return order;
    }
    if (const auto order = a.patch <=> b.patch; std::is_neq(order)) {
        return order;
    }
    if (a.is_release() != b.is_release()) {
        return a.is_release() ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    const auto common = std::min(a.prerelease.size(), b.prerelease.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (const auto order = compare_identifiers(a.prerelease[i], b.prerelease[i]);
            std::is_neq(order)) {
            return order;
        }
    }
    return a.prerelease.size() <=> b.prerelease.size();
}

Version next_version(const Version& version, Bump bump) {
    Version next;
    next.major = version.major + (bump == Bump::major ? 1 : 0);
    if (bump == Bump::major) {
        return next;
    }
    next.minor = version.minor + (bump == Bump::minor ? 1 : 0);
    if (bump == Bump::minor) {
        return next;
    }
    next.patch = version.patch + 1;
    return next;
}

}  // namespace hookd::handlers
