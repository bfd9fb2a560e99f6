#pragma once

#include "core/base/fd.hpp"
#include "core/base/result.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace hookd {

/// The whole of a regular file. **Errors:** not_found; invalid where it holds more than `limit`
/// bytes or is no regular file.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit = std::size_t{64} << 20);

/// Writes `path` so that it is whole or absent after a crash: a temporary file beside it, fsync,
/// rename, fsync of the folder. Replaces what is there. A crash may leave a file ".tmp-<ulid>".
/// **Errors:** nothing is left behind and what was there stays; only where the last fsync fails
/// is the new file in place, but perhaps not durable. unavailable: no space.
[[nodiscard]] Status write_file_durably(const std::filesystem::path& path, std::string_view data,
                                        mode_t mode = 0600);

/// fsync of a folder: makes its entries durable.
[[nodiscard]] Status sync_folder(const std::filesystem::path& folder);

/// Makes `path` and its parents. What is there already stays as it is.
[[nodiscard]] Status make_folders(const std::filesystem::path& path, mode_t mode = 0700);

/// Removes a tree without following a link, also where modes forbid it (folders are made
/// writable first). Depth costs neither stack nor descriptors. Absence is success.
/// **Errors:** the first thing that could not be removed; what came before it is gone.
[[nodiscard]] Status remove_tree(const std::filesystem::path& path);

}  // namespace hookd
