#include "core/model/json_text.hpp"

#include "core/base/text.hpp"

#include <array>
#include <charconv>

namespace hookd {
namespace {

bool needs_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escape(std::string& text, char c) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    const auto append_pair = [&text](char second) {
        text += '\\';
        text += second;
    };
    switch (c) {
        case '"':
        case '\\':
            append_pair(c);
            break;
        case '\b':
            append_pair('b');
            break;
        case '\f':
            append_pair('f');
            break;
        case '\n':
            append_pair('n');
            break;
        case '\r':
            append_pair('r');
            break;
        case '\t':
            append_pair('t');
            break;
        default:
            text += "\\u00";
            text += k_digits[static_cast<unsigned char>(c) >> 4U];
            text += k_digits[static_cast<unsigned char>(c) & 0xFU];
    }
}

}  // namespace

void JsonText::separate() {
    if (needs_comma_) {
        text_ += ',';
    }
}

void JsonText::open(char bracket) {
    separate();
    text_ += bracket;
    needs_comma_ = false;
}

void JsonText::close(char bracket) {
    text_ += bracket;
    needs_comma_ = true;
}

void JsonText::word(std::string_view word) {
    separate();
    text_ += word;
    needs_comma_ = true;
}

void JsonText::name(std::string_view name) {
    separate();
    text_ += '"';
    text_ += name;
    text_ += "\":";
    needs_comma_ = false;
}

void JsonText::text(std::string_view bytes) {
    separate();
    text_ += '"';
    if (is_valid_utf8(bytes)) {
        append_escaped(bytes);
    } else {
        append_escaped(to_valid_utf8(bytes));
    }
    text_ += '"';
    needs_comma_ = true;
}

void JsonText::append_escaped(std::string_view valid) {
    std::size_t plain = 0;
    for (std::size_t i = 0; i < valid.size(); ++i) {
        if (needs_escape(valid[i])) {
            text_ += valid.substr(plain, i - plain);
            append_escape(text_, valid[i]);
            plain = i + 1;
        }
    }
    text_ += valid.substr(plain);
}

void JsonText::number(std::int64_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    word({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
}

}  // namespace hookd
