#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

// The bytes between the quotes of a JSON string. What runs for every byte is inline.
// **Source:** RFC 8259 7, 8.1; RFC 3629 4.
namespace hookd::webhook::json_string {

/// How many bytes from here on are plain: ASCII, no quote, no backslash, no control character.
[[nodiscard]] inline std::size_t plain_bytes(const char* at, const char* end) {
    constexpr std::uint64_t k_ones = 0x0101010101010101U;
    constexpr std::uint64_t k_tops = 0x8080808080808080U;
    // The top bit of each byte that is zero; right up to the lowest one that is.
    const auto zero_bytes = [](std::uint64_t word) { return (word - k_ones) & ~word & k_tops; };
    const char* const start = at;
    if constexpr (std::endian::native == std::endian::little) {
        for (; end - at >= 8; at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            const std::uint64_t quote = zero_bytes(word ^ (k_ones * '"'));
            const std::uint64_t backslash = zero_bytes(word ^ (k_ones * '\\'));
            const std::uint64_t control = (word - k_ones * 0x20) & ~word & k_tops;
            const std::uint64_t other = (word & k_tops) | quote | backslash | control;
            if (other != 0) {
                return static_cast<std::size_t>(at - start) +
                       static_cast<std::size_t>(std::countr_zero(other)) / 8;
            }
        }
    }
    while (at != end && static_cast<unsigned char>(*at) >= 0x20 &&
           static_cast<unsigned char>(*at) < 0x80 && *at != '"' && *at != '\\') {
        ++at;
    }
    return static_cast<std::size_t>(at - start);
}

/// The length of the UTF-8 sequence of a character beyond ASCII; 0 where it is none.
[[nodiscard]] inline std::size_t sequence_length(const char* at, const char* end) {
    const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
    const auto follows = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const auto left = static_cast<std::size_t>(end - at);
    const unsigned char first = byte(0);
    if (first >= 0xC2 && first <= 0xDF) {
        return left >= 2 && follows(1) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const bool whole = left >= 3 && follows(1) && follows(2);
        const bool overlong = whole && first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = whole && first == 0xED && byte(1) > 0x9F;
        return whole && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool whole = left >= 4 && follows(1) && follows(2) && follows(3);
        const bool overlong = whole && first == 0xF0 && byte(1) < 0x90;
        const bool beyond = whole && first == 0xF4 && byte(1) > 0x8F;
        return whole && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// The value of the four hex digits of a `\u` escape.
[[nodiscard]] inline std::optional<std::uint32_t> code_unit(const char* at, const char* end) {
    std::uint32_t value = 0;
    if (end - at < 4 || std::from_chars(at, at + 4, value, 16).ptr != at + 4) {
        return std::nullopt;
    }
    return value;
}

[[nodiscard]] inline bool is_high_surrogate(std::uint32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}
[[nodiscard]] inline bool is_low_surrogate(std::uint32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// The text with its escapes resolved. **Requires:** its escapes are right, and every half of a
/// surrogate pair has the other.
[[nodiscard]] std::string decode(std::string_view raw);

}  // namespace hookd::webhook::json_string
