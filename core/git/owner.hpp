#pragma once

#include "core/base/result.hpp"

#include <filesystem>

namespace hookd::git {

/// Whether we may read the repository at `path`: it belongs to the user we run as, or the
/// system-wide configuration of git in the file `system` lists it as `safe.directory`: its path,
/// `FOLDER/*` for all below a folder, `*` for all; an empty value forgets those before it. A
/// user's configuration is not asked.
///
/// libgit2 can check this too, with a different error in each version, one of them "config value
/// 'safe.directory' was not found"; and only where it opens a repository in the way that in 1.5
/// leaks memory for every extension.
/// **Errors:** denied, with what to do.
/// **Source:** threats.md T037; git-config(1), safe.directory.
[[nodiscard]] Status check_owner(const std::filesystem::path& path,
                                 const std::filesystem::path& system);

}  // namespace hookd::git
