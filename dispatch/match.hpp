#pragma once

#include "config/configuration.hpp"
#include "core/model/event.hpp"
#include "dispatch/changed_paths.hpp"
#include "dispatch/clauses.hpp"
#include "dispatch/verdict.hpp"

#include <string>

// One function for each kind of `on`: all of its filters are required. Where `trace` is not null
// every clause is asked and noted there; the verdict is the same.
// **Source:** docs/reference.md, "What the keys mean".
namespace hookd::dispatch {

/// **Requires:** an event of kind `push`.
[[nodiscard]] Verdict match_push(const config::PushMatch& match, const Event& event,
                                 ChangedPaths& paths, Trace* trace = nullptr);

/// **Requires:** an event of kind `tag`.
[[nodiscard]] Verdict match_tag(const config::TagMatch& match, const Event& event,
                                Trace* trace = nullptr);

/// Nothing from a fork matches: it would need an approval (threats.md T039).
/// **Requires:** an event of kind `merge_request`.
[[nodiscard]] Verdict match_merge_request(const config::MergeRequestMatch& match,
                                          const Event& event, Trace* trace = nullptr);

/// A merge, seen as a merge request or as a push.
struct MergeVerdict {
    Verdict verdict;
    // Of a match: what was merged into what; the same for both ways to see it.
    std::string branch;
    std::string commit;
};

/// **Requires:** an event of kind `push` or `merge_request`.
[[nodiscard]] MergeVerdict match_merge(const config::MergeMatch& match, const Event& event,
                                       Trace* trace = nullptr);

}  // namespace hookd::dispatch
