#include "hooks/line_text.hpp"

namespace hookd::hooks {
namespace {

constexpr std::string_view k_digits = "0123456789ABCDEF";

bool stands_for_itself(char byte) {
    return byte > ' ' && byte <= '~' && byte != '%';
}

}  // namespace

std::string encode_word(std::string_view bytes) {
    std::string word;
    word.reserve(bytes.size());
    for (const char byte : bytes) {
        if (stands_for_itself(byte)) {
            word += byte;
        } else {
            const auto value = static_cast<unsigned char>(byte);
            word += '%';
            word += k_digits[value >> 4U];
            word += k_digits[value & 15U];
        }
    }
    return word;
}

std::optional<std::string> decode_word(std::string_view word) {
    std::string bytes;
    bytes.reserve(word.size());
    while (!word.empty()) {
        if (stands_for_itself(word.front())) {
            bytes += word.front();
            word.remove_prefix(1);
            continue;
        }
        if (word.front() != '%' || word.size() < 3) {
            return std::nullopt;
        }
        const auto high = k_digits.find(word[1]);
        const auto low = k_digits.find(word[2]);
        if (high == std::string_view::npos || low == std::string_view::npos) {
            return std::nullopt;
        }
        const char byte = static_cast<char>(high * 16 + low);
        if (stands_for_itself(byte)) {
            return std::nullopt;
        }
        bytes += byte;
        word.remove_prefix(3);
    }
    return bytes;
}

std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::string_view take_word(std::string_view& line) {
    const auto end = line.find(' ');
    const auto word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    return word;
}

}  // namespace hookd::hooks
