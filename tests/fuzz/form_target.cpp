#include "tests/fuzz/webhook_targets.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/form.hpp"

#include <cctype>
#include <optional>

// Input: a form. It is decoded as one, and encoded as the field of another.
namespace hookd::fuzz {
namespace {

constexpr std::string_view k_field = "payload";

int hex(char c) {
    const int lower = std::tolower(static_cast<unsigned char>(c));
    if (lower >= '0' && lower <= '9') {
        return lower - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// A second decoder, byte by byte. Nothing where an escape is broken.
std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const char c = text.front();
        if (c == '%') {
            const int high = text.size() > 2 ? hex(text[1]) : -1;
            const int low = text.size() > 2 ? hex(text[2]) : -1;
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            out += static_cast<char>(high * 16 + low);
            text.remove_prefix(3);
            continue;
        }
        out += c == '+' ? ' ' : c;
        text.remove_prefix(1);
    }
    return out;
}

/// The one value of the field, if it is there once and can be decoded.
std::optional<std::string> second_opinion(std::string_view form) {
    std::optional<std::string_view> value;
    std::size_t count = 0;
    for (std::size_t at = 0; at <= form.size();) {
        const std::size_t end = std::min(form.find('&', at), form.size());
        const std::string_view pair = form.substr(at, end - at);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (decoded(pair.substr(0, equals)) == k_field) {
            ++count;
            value = pair.substr(std::min(equals + 1, pair.size()));
        }
        at = end + 1;
    }
    return count == 1 ? decoded(*value) : std::nullopt;
}

/// As different senders escape: nothing that needs none, everything, lower-case digits.
std::string encoded(std::string_view text, unsigned way) {
    const std::string_view digits = way == 2 ? "0123456789abcdef" : "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (way != 1 && std::isalnum(byte) != 0) {
            out += c;
        } else if (way != 1 && c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

void run(std::string_view bytes) {
    const auto value = webhook::form_field(bytes, k_field);
    const auto expected = second_opinion(bytes);
    require(value.has_value() == expected.has_value(), "the second decoder's verdict differs");
    require(!value || *value == *expected, "the second decoder's value differs");
    require(value || value.error().code == ErrorCode::invalid, "the wrong kind of error");
    for (unsigned way = 0; way < 3; ++way) {
        const std::string form = "a=1&payload=" + encoded(bytes, way) + "&b";
        const auto round = webhook::form_field(form, k_field);
        require(round.has_value() && *round == bytes, "encoded and decoded it is another value");
        require(!webhook::form_field(form + "&" + encoded(k_field, way) + "=", k_field),
                "the field twice is taken");
    }
}

std::vector<std::string> seeds() {
    std::vector<std::string> all;
    for (const auto& recorded : test::recorded("github")) {
        all.push_back("payload=" + encoded(recorded.body(), 0));
    }
    return all;
}

}  // namespace

Target form_target() {
    return {"form", run, seeds, "form.dict"};
}

}  // namespace hookd::fuzz
