#pragma once

#include "core/git/library.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace hookd::git {

enum class PathChange { added, modified, removed };

/// Is told every path that differs, in git's order; false ends the comparison.
using OnChangedPath = std::function<bool(PathChange change, const std::string& path)>;

/// Why a comparison ended.
enum class Compared {
    whole,
    stopped,  ///< `on_path` said so, or the trees are deeper or larger than any honest ones
};

/// Compares two trees, null standing for the empty one, by reading both in order and passing over
/// what has the same id, so that it costs what the change does and not what the trees hold.
/// Renames are a removal and an addition. A change of mode or kind (file, link, submodule) is a
/// modification; a file that becomes a folder is removed and what is in the folder added.
/// libgit2's own comparison walks both trees whole: 28 ms instead of 0.04 for one file of 100,000.
/// **Errors:** a tree that is missing or cannot be read.
[[nodiscard]] Result<Compared> compare_trees(::git_repository* repository,
                                             const ::git_oid* old_tree, const ::git_oid* new_tree,
                                             const OnChangedPath& on_path);

/// Trees nested deeper than this are no honest ones.
inline constexpr std::size_t k_deepest_tree = 1000;

}  // namespace hookd::git
