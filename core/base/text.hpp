#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookd {

[[nodiscard]] bool is_valid_utf8(std::string_view bytes);

/// `bytes` with every invalid sequence replaced by U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view bytes);

/// For a terminal: invalid UTF-8, C0 and C1 controls (but not tab and newline) and bidirectional
/// overrides become U+FFFD, so that foreign text cannot move the cursor or retitle the window.
[[nodiscard]] std::string printable(std::string_view bytes);

/// As `printable`, and newlines and tabs become spaces: for a table cell or one line of a log.
[[nodiscard]] std::string printable_line(std::string_view bytes);

/// A JSON string literal of `bytes`, quotes included, in printable characters only: what would be
/// dangerous on a terminal is escaped, invalid UTF-8 becomes U+FFFD. Always one line.
[[nodiscard]] std::string json_literal(std::string_view bytes);

[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
/// Lower-case hex of an even number of digits only.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// Decimal digits only, no sign, no spaces, in range.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string_view trim(std::string_view text);

/// The candidate with the smallest edit distance to `word` (two neighbours that changed places
/// count once), if it is near enough to be meant: at most a third of the word's length, and at
/// least 1.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

}  // namespace hookd
