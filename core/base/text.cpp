#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace hookd {
namespace {

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view k_hex_digits = "0123456789abcdef";

struct Character {
    std::size_t size = 1;  ///< bytes taken
    char32_t code = 0;
    bool valid = false;
};

/// Reads one character. An invalid sequence takes one byte. **Source:** RFC 3629 4.
Character read_character(std::string_view bytes) {
    const auto at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned first = at(0);
    if (first < 0x80) {
        return {1, first, true};
    }
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || bytes.size() < size) {
        return {};
    }
    char32_t code = first & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xC0U) != 0x80U) {
            return {};
        }
        code = (code << 6U) | (at(i) & 0x3FU);
    }
    constexpr char32_t k_smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < k_smallest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return {};
    }
    return {size, code, true};
}

bool is_dangerous_on_a_terminal(char32_t code) {
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool bidirectional = (code >= 0x202A && code <= 0x202E) ||
                               (code >= 0x2066 && code <= 0x2069) || code == 0x200E ||
                               code == 0x200F || code == 0x061C;
    return control || bidirectional;
}

template <class Replace>
std::string rewrite(std::string_view bytes, Replace&& replace) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const Character character = read_character(bytes);
        replace(text, character, bytes.substr(0, character.size));
        bytes.remove_prefix(character.size);
    }
    return text;
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const Character character = read_character(bytes);
        if (!character.valid) {
            return false;
        }
        bytes.remove_prefix(character.size);
    }
    return true;
}

std::string to_valid_utf8(std::string_view bytes) {
    return rewrite(bytes, [](std::string& text, const Character& character, std::string_view raw) {
        text += character.valid ? raw : k_replacement;
    });
}

std::string printable(std::string_view bytes) {
    return rewrite(bytes, [](std::string& text, const Character& character, std::string_view raw) {
        const bool wanted = character.code == '\n' || character.code == '\t' ||
                            !is_dangerous_on_a_terminal(character.code);
        text += character.valid && wanted ? raw : k_replacement;
    });
}

std::string printable_line(std::string_view bytes) {
    std::string text = printable(bytes);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return text;
}

std::string json_literal(std::string_view bytes) {
    return '"' +
           rewrite(bytes,
                   [](std::string& text, const Character& character, std::string_view raw) {
                       if (!character.valid) {
                           text += k_replacement;
                       } else if (raw == "\"" || raw == "\\") {
                           text += '\\';
                           text += raw;
                       } else if (raw == "\n") {
                           text += "\\n";
                       } else if (is_dangerous_on_a_terminal(character.code)) {
                           // Every such character stands in the first plane.
                           text += "\\u";
                           for (int shift = 12; shift >= 0; shift -= 4) {
                               text += k_hex_digits[(character.code >> shift) & 15U];
                           }
                       } else {
                           text += raw;
                       }
                   }) +
           '"';
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += k_hex_digits[byte >> 4U];
        text += k_hex_digits[byte & 15U];
    }
    return text;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]);
        const int low = digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number);
    if (text.empty() || problem != std::errc{} || stopped != end) {
        return std::nullopt;
    }
    return number;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(at + 1);
    }
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view k_space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(k_space);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(k_space) - first + 1);
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::optional<std::string_view> best;
    for (const std::string_view candidate : candidates) {
        // Levenshtein's distance, one row at a time, in which two neighbours that changed places
        // count once: that is how most words are misspelt.
        std::vector<std::size_t> before(candidate.size() + 1);
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < word.size(); ++i) {
            std::vector<std::size_t> next(candidate.size() + 1, i + 1);
            for (std::size_t k = 0; k < candidate.size(); ++k) {
                const std::size_t replaced = row[k] + (word[i] == candidate[k] ? 0 : 1);
                next[k + 1] = std::min({replaced, row[k + 1] + 1, next[k] + 1});
                if (i > 0 && k > 0 && word[i] == candidate[k - 1] && word[i - 1] == candidate[k]) {
                    next[k + 1] = std::min(next[k + 1], before[k - 1] + 1);
                }
            }
            before = std::exchange(row, std::move(next));
        }
        if (row.back() < best_distance) {
            best_distance = row.back();
            best = candidate;
        }
    }
    return best;
}

}  // namespace hookd
