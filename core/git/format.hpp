#pragma once

#include "core/base/result.hpp"

#include <filesystem>

namespace hookd::git {

/// Whether the repository at `path` is stored in a form that we read. Asked before libgit2 opens
/// it: libgit2 1.5 opens a sha256 repository that is bare as if it were sha1.
/// Success where there is no configuration to read: libgit2 then says what is wrong.
/// **Errors:** invalid, with what is not supported.
/// **Source:** git's repository-version document.
[[nodiscard]] Status check_format(const std::filesystem::path& path);

}  // namespace hookd::git
