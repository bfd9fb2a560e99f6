#include "core/base/wildmatch.hpp"
#include "dispatch/match.hpp"

#include <algorithm>

namespace hookd::dispatch {
namespace {

MergeVerdict decide(const config::MergeMatch& match, const std::string& branch,
                    const std::string& commit) {
    if (!wildmatch_list(match.into, branch)) {
        return {no("on.merge.into", branch), {}, {}};
    }
    return {yes(match.into.empty() ? "on.merge" : "on.merge.into", branch), branch, commit};
}

MergeVerdict match_request(const config::MergeMatch& match, const Event& event) {
    if (!event.merge_request) {
        return {no("on.merge", "the event does not describe a merge request"), {}, {}};
    }
    if (event.change != "merged") {
        return {no("on.merge", "the merge request was " + event.change), {}, {}};
    }
    return decide(match, event.merge_request->target_branch, event.commit());
}

MergeVerdict match_branch(const config::MergeMatch& match, const Event& event) {
    // The last one: a forge that merges pushes its merge commit at the end, and names it in the
    // merge request's event.
    const auto merge =
        std::find_if(event.commits.rbegin(), event.commits.rend(),
                     [](const Commit& commit) { return commit.parents.size() >= 2; });
    if (merge == event.commits.rend()) {
        return {no("on.merge", "the push is not known to bring a merge commit"), {}, {}};
    }
    return decide(match, event.branch, merge->id);
}

}  // namespace

MergeVerdict match_merge(const config::MergeMatch& match, const Event& event, Trace* trace) {
    MergeVerdict made =
        event.kind == EventKind::push ? match_branch(match, event) : match_request(match, event);
    if (trace != nullptr) {
        trace->push_back(made.verdict);
    }
    return made;
}

}  // namespace hookd::dispatch
