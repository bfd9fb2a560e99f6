#pragma once

#include <string_view>

namespace hookd::git {

/// Whether an entry of a tree may become a file name: not empty, `.`, `..`, nothing with a slash,
/// and not `.git` in any spelling that a file system may take for it (case, `git~1`, trailing dots
/// and spaces). Git writes no such entry; a crafted tree may hold one.
/// **Source:** threats.md T035; git's verify_path.
[[nodiscard]] bool is_safe_entry_name(std::string_view name);

}  // namespace hookd::git
