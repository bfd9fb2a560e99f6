#pragma once

#include "config/configuration.hpp"
#include "core/model/event.hpp"
#include "dispatch/changed_paths.hpp"
#include "dispatch/verdict.hpp"

#include <string>

// One function for each kind of `on`: all of its filters are required.
// **Source:** docs/reference.md, "What the keys mean".
namespace hookd::dispatch {

/// **Requires:** an event of kind `push`.
[[nodiscard]] Verdict match_push(const config::PushMatch& match, const Event& event,
                                 ChangedPaths& paths);

/// **Requires:** an event of kind `tag`.
[[nodiscard]] Verdict match_tag(const config::TagMatch& match, const Event& event);

/// Nothing from a fork matches: it would need an approval (threats.md T039).
/// **Requires:** an event of kind `merge_request`.
[[nodiscard]] Verdict match_merge_request(const config::MergeRequestMatch& match,
                                          const Event& event);

/// A merge, seen as a merge request or as a push.
struct MergeVerdict {
    Verdict verdict;
    // Of a match: what was merged into what; the same for both ways to see it.
    std::string branch;
    std::string commit;
};

/// **Requires:** an event of kind `push` or `merge_request`.
[[nodiscard]] MergeVerdict match_merge(const config::MergeMatch& match, const Event& event);

}  // namespace hookd::dispatch
