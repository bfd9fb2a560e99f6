#include "webhook/json_string.hpp"

namespace hookd::webhook::json_string {
namespace {

void append_utf8(std::string& text, std::uint32_t code) {
    const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

char unescaped(char c) {
    switch (c) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return c;
    }
}

}  // namespace

std::string decode(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    const char* at = raw.data();
    const char* const end = at + raw.size();
    while (at != end) {
        const auto* const escape =
            static_cast<const char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
        if (escape == nullptr) {
            text.append(at, end);
            break;
        }
        text.append(at, escape);
        at = escape + 2;
        if (escape[1] != 'u') {
            text.push_back(unescaped(escape[1]));
            continue;
        }
        std::uint32_t code = code_unit(at, end).value_or(0);
        at += 4;
        if (is_high_surrogate(code)) {
            const std::uint32_t low = code_unit(at + 2, end).value_or(0xDC00);
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
        append_utf8(text, code);
    }
    return text;
}

}  // namespace hookd::webhook::json_string
