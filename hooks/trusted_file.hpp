#pragma once

#include "core/base/result.hpp"

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>

namespace hookd::hooks {

/// Reads a small file that decides what we do: a regular file, no link, that nobody but its owner
/// may write, owned by root, by us or by `owner`; the same holds for its folder.
/// **Errors:** not_found; denied, with what would be right; invalid where it holds more than
/// `limit` bytes. **Source:** threats.md T096.
[[nodiscard]] Result<std::string> read_trusted_file(const std::string& folder,
                                                    const std::string& name, uid_t owner,
                                                    std::size_t limit);

}  // namespace hookd::hooks
