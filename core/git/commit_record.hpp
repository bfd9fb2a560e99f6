#pragma once

#include "core/git/library.hpp"
#include "core/model/event.hpp"

#include <cstddef>

namespace hookd::git {

/// `commit` as an event shows it: its paths are those that differ from its first parent (all of
/// them where it has none), also for a merge. A message over 64 KiB and names over 1 KiB are cut.
/// Takes the number of paths it lists from `paths_left`; where that is not enough the lists stay
/// cut and it becomes 0.
/// **Errors:** a commit or tree that is missing or cannot be read.
[[nodiscard]] Result<Commit> commit_record(::git_repository* repository, const ::git_oid& id,
                                           std::size_t& paths_left);

}  // namespace hookd::git
