#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hookd::hooks {

/// `bytes` as one word of a line: everything but printable ASCII, and '%' itself, becomes %XX
/// with upper-case digits. Empty stays empty.
[[nodiscard]] std::string encode_word(std::string_view bytes);

/// Reads what `encode_word` wrote, and only that one form of it.
[[nodiscard]] std::optional<std::string> decode_word(std::string_view word);

/// Takes the first line off `text`, without its newline. Nothing where no whole line is left: a
/// line that is not ended was cut.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& text);

/// Takes the word up to the next space, and that space, off `line`; the last word is what is left.
[[nodiscard]] std::string_view take_word(std::string_view& line);

}  // namespace hookd::hooks
