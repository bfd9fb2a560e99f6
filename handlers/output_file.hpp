#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace hookd::handlers {

using Outputs = std::map<std::string, std::string>;

inline constexpr std::size_t k_output_bytes = std::size_t{64} << 10;
inline constexpr std::size_t k_output_keys = 100;

/// What an action wrote into $HOOKD_OUTPUT: lines `key=value` (of two with the same key the later
/// one counts; empty lines count as none), or one JSON object whose values are texts, numbers or
/// booleans. A file that is not there holds no outputs.
/// **Errors:** invalid, with a reason that its author understands: no regular file, larger than
/// k_output_bytes, more than k_output_keys, a key that is no [A-Za-z_][A-Za-z0-9_]{0,63}, a NUL
/// byte, no UTF-8. One wrong thing makes all of it wrong (threats.md T059).
[[nodiscard]] hookd::Result<Outputs> read_output_file(const std::filesystem::path& path);

/// The same for the file's content.
[[nodiscard]] hookd::Result<Outputs> parse_outputs(std::string_view content);

}  // namespace hookd::handlers
