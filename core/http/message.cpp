#include "core/http/message.hpp"

#include <algorithm>

namespace hookd::http {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char small = lower(c);
    if (small >= 'a' && small <= 'f') {
        return static_cast<unsigned>(small - 'a') + 10U;
    }
    return std::nullopt;
}

/// As a browser's form sends it: '+' is a space; what is no valid escape stays as it is.
std::string decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
            continue;
        }
        if (text[i] == '%' && i + 2 < text.size()) {
            const auto high = hex_digit(text[i + 1]);
            const auto low = hex_digit(text[i + 2]);
            if (high && low) {
                out += static_cast<char>(*high * 16U + *low);
                i += 2;
                continue;
            }
        }
        out += text[i];
    }
    return out;
}

}  // namespace

bool same_field_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string name, std::string value) {
    constexpr std::size_t k_most_send = 16;
    if (fields_.empty()) {
        fields_.reserve(k_most_send);
    }
    fields_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> Headers::only(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const auto& [field, value] : fields_) {
        if (!same_field_name(field, name)) {
            continue;
        }
        if (found) {
            return std::nullopt;
        }
        found = value;
    }
    return found;
}

std::optional<std::string_view> Headers::first(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (same_field_name(field, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields_.begin(), fields_.end(),
                      [name](const auto& field) { return same_field_name(field.first, name); }));
}

std::string_view Head::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::optional<std::string> Head::query(std::string_view name) const {
    const auto mark = target.find('?');
    if (mark == std::string::npos) {
        return std::nullopt;
    }
    std::string_view rest = std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (decode(pair.substr(0, equals)) == name) {
            return equals == std::string_view::npos ? std::string()
                                                    : decode(pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

}  // namespace hookd::http
