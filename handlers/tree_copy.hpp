#pragma once

#include "core/base/fd.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hookd::handlers {

struct CopiedTree {
    std::int64_t files = 0;  ///< links among them
    std::int64_t bytes = 0;
    /// Paths that are neither file, folder nor link (sockets, pipes, devices): not copied.
    std::vector<std::string> left_out;
};

/// Opens a folder below `root` by a relative path without following a link on the way: what a
/// build put there cannot lead out of the workspace (threats.md T048).
/// **Errors:** invalid: absolute, with "..", through a link, or no folder; not_found.
[[nodiscard]] hookd::Result<Fd> open_folder_below(const std::filesystem::path& root,
                                                  const std::filesystem::path& relative);

/// Copies what is in the folder `from` into the empty folder `to`. Links are copied as links and
/// never followed; permission bits are kept, without set-uid, set-gid and sticky; anything named
/// `.git` is left out. `stop` is asked for every entry and every few MiB.
/// **Errors:** unavailable where stopped; what could not be read or written. What is there by then
/// stays.
[[nodiscard]] hookd::Result<CopiedTree> copy_tree(int from, int to,
                                                  const std::function<bool()>& stop);

}  // namespace hookd::handlers
