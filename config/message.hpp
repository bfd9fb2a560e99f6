#pragma once

#include "config/node.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// The words of problems: what is wrong, and what would be right.
namespace hookd::config {

[[nodiscard]] std::string quote(std::string_view text);

/// "a", "b" or "c" (each in quotes, but for the commas and the word).
[[nodiscard]] std::string join_quoted(std::span<const std::string_view> words,
                                      std::string_view last_word);

/// What stands there: `the text "x"`, `the number 5`, `a list`.
[[nodiscard]] std::string describe(const Node& node);

/// Of a key that is not known where it stands: names the nearest of `known`, else all of them;
/// of a `planned` one it says that this version does not have it.
[[nodiscard]] std::string unknown_key(std::string_view key, std::span<const std::string_view> known,
                                      std::span<const std::string_view> planned);

/// Of a name that should be one of `known`, such as `needs`: `there is no WHAT "x"`.
[[nodiscard]] std::string unknown_name(std::string_view what, std::string_view name,
                                       std::span<const std::string_view> known);

}  // namespace hookd::config
