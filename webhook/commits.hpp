#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "webhook/json_pick.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>

namespace hookd::webhook {

/// Reads one commit, and sets `lists_paths` to false where it does not list the paths that it
/// changed.
using CommitReader = Result<Commit> (*)(const nlohmann::json& object, bool& lists_paths);

/// A provider's list of commits: oldest first, or newest first, as Gitea and Bitbucket have it;
/// the event's `after` tells.
struct CommitList {
    const nlohmann::json* commits = nullptr;  ///< nothing: the source sent no list
    std::optional<std::int64_t> total;        ///< true number as far as the source says
    Kept kept = Kept::whole;
    /// Null: in the form that all but Bitbucket share: `id`, `message`, `timestamp`, `author` and
    /// the path lists `added`, `modified`, `removed`.
    CommitReader read = nullptr;
};

/// Fills commits (the newest are kept), their count, paths, and whether these are complete.
/// A new branch without commits and a new tag say nothing about what they hold, and a forced push
/// lists nothing of what it took away: none of these is complete.
/// **Requires:** the event's ref change and `forced` are set. **Errors:** invalid.
[[nodiscard]] Status set_commits(Event& event, const CommitList& list);

}  // namespace hookd::webhook
