#include "config/yaml_scalar.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace hookd::config {
namespace {

constexpr std::string_view k_digits = "0123456789";

std::string_view take_digits(std::string_view& text) {
    const std::string_view taken = text.substr(0, text.find_first_not_of(k_digits));
    text.remove_prefix(taken.size());
    return taken;
}

bool take_sign(std::string_view& text) {
    const bool there = !text.empty() && (text.front() == '-' || text.front() == '+');
    text.remove_prefix(there ? 1 : 0);
    return there;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
    take_sign(text);
    bool digits = !take_digits(text).empty();
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        digits = !take_digits(text).empty() || digits;
    }
    if (digits && !text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        take_sign(text);
        digits = !take_digits(text).empty();
    }
    return digits && text.empty();
}

template <class Number, class... How>
std::optional<Number> parse(std::string_view text, How... how) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number, how...);
    return problem == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

}  // namespace

Node::Value resolve_plain(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
        return std::monostate{};
    }
    if (text == "true" || text == "True" || text == "TRUE") {
        return true;
    }
    if (text == "false" || text == "False" || text == "FALSE") {
        return false;
    }
    std::string_view digits = text;
    for (const auto& [prefix, base] : {std::pair("0x", 16), std::pair("0o", 8)}) {
        if (digits.starts_with(prefix) && digits.size() > 2 && digits[2] != '-') {
            if (const auto number = parse<std::int64_t>(digits.substr(2), base)) {
                return *number;
            }
        }
    }
    if (!is_decimal(digits)) {
        return text;
    }
    if (digits.front() == '+') {
        digits.remove_prefix(1);  // from_chars does not take it
    }
    if (const auto number = parse<std::int64_t>(digits, 10)) {
        return *number;
    }
    if (const auto number = parse<double>(digits)) {
        return *number;
    }
    return text;  // out of range
}

}  // namespace hookd::config
