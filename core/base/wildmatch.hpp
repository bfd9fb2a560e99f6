#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hookd {

/// Git's wildmatch with WM_PATHNAME: `*` and `?` stay within a path segment, `**` between slashes
/// crosses them, `[...]` with ranges, `!`/`^` and POSIX classes, `\` takes the next byte as it is.
/// Bytes are compared as bytes. A malformed pattern, and one beyond 4096 bytes, matches
/// nothing. Time is bounded by a step limit, beyond which it does not match.
/// **Source:** git's gitignore(5) and wildmatch.
[[nodiscard]] bool wildmatch(std::string_view pattern, std::string_view text);

/// A list read in order: each pattern that matches includes, each `!pattern` that matches takes
/// out again. An empty list matches all; a list of `!` patterns alone starts from "all".
[[nodiscard]] bool wildmatch_list(std::span<const std::string> patterns, std::string_view text);

}  // namespace hookd
