#include "core/base/wildmatch.hpp"
#include "dispatch/match.hpp"

namespace hookd::dispatch {

Verdict match_push(const config::PushMatch& match, const Event& event, ChangedPaths& paths) {
    if (!wildmatch_list(match.branches, event.branch)) {
        return no("on.push.branches", event.branch);
    }
    if (!match.paths.empty()) {
        return paths.match("on.push.paths", match.paths);
    }
    return yes(match.branches.empty() ? "on.push" : "on.push.branches", event.branch);
}

Verdict match_tag(const config::TagMatch& match, const Event& event) {
    if (!wildmatch_list(match.tags, event.tag)) {
        return no("on.tag.tags", event.tag);
    }
    return yes(match.tags.empty() ? "on.tag" : "on.tag.tags", event.tag);
}

}  // namespace hookd::dispatch
