#pragma once

#include "core/base/result.hpp"

#include <filesystem>

namespace hookd::config {

/// The state folder that a server file names, absolute, and nothing else of it: for finding a
/// running daemon also where the rest has problems, or holds secrets that the caller may not read.
/// **Errors:** invalid, where the file cannot be read or parsed.
[[nodiscard]] Result<std::filesystem::path> state_folder(const std::filesystem::path& server_file);

}  // namespace hookd::config
