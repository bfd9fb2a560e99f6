#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace hookd::config {

enum class FileKind {
    configuration,
    secret,  ///< may not be readable by all either
};

/// The text of a file that decides what hookd does. **Errors:** not_found; denied where others
/// could have written it (group or world may write the file, or its folder without the sticky
/// bit) or, of a secret, may read it; invalid where it is no regular file or beyond `limit`.
/// **Source:** threats.md T096.
[[nodiscard]] Result<std::string> read_guarded(const std::filesystem::path& file, FileKind kind,
                                               std::size_t limit);

}  // namespace hookd::config
