#include "core/base/wildmatch.hpp"
#include "dispatch/match.hpp"

namespace hookd::dispatch {
namespace {

/// A list of patterns against the one name of a ref; the kind itself where the list is empty.
Verdict match_name(const char* kind, const char* clause, const std::vector<std::string>& patterns,
                   const std::string& name) {
    if (!wildmatch_list(patterns, name)) {
        return no(clause, name);
    }
    return yes(patterns.empty() ? kind : clause, name);
}

}  // namespace

Verdict match_push(const config::PushMatch& match, const Event& event, ChangedPaths& paths,
                   Trace* trace) {
    Clauses clauses(trace);
    clauses.require(
        [&] { return match_name("on.push", "on.push.branches", match.branches, event.branch); });
    if (!match.paths.empty()) {
        clauses.require([&] { return paths.match("on.push.paths", match.paths); });
    }
    return std::move(clauses).result();
}

Verdict match_tag(const config::TagMatch& match, const Event& event, Trace* trace) {
    Clauses clauses(trace);
    clauses.require([&] { return match_name("on.tag", "on.tag.tags", match.tags, event.tag); });
    return std::move(clauses).result();
}

}  // namespace hookd::dispatch
