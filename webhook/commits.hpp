#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "webhook/json_pick.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>

namespace hookd::webhook {

/// A provider's list of commits, in the form that all but Bitbucket share: `id`, `message`,
/// `timestamp`, `author` and the path lists `added`, `modified`, `removed`, oldest first.
struct CommitList {
    const nlohmann::json* commits = nullptr;  ///< nothing: the source sent no list
    std::optional<std::int64_t> total;        ///< true number as far as the source says
    Kept kept = Kept::whole;
};

/// Fills commits (the newest are kept), their count, paths, and whether these are complete.
/// A new branch without commits and a new tag say nothing about what they hold, and a forced push
/// lists nothing of what it took away: none of these is complete.
/// **Requires:** the event's ref change and `forced` are set. **Errors:** invalid.
[[nodiscard]] Status set_commits(Event& event, const CommitList& list);

}  // namespace hookd::webhook
