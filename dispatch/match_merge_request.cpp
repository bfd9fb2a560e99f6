#include "core/base/wildmatch.hpp"
#include "dispatch/match.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hookd::dispatch {
namespace {

constexpr std::array<std::string_view, 3> k_default_changes = {"opened", "updated", "reopened"};

bool is_wanted(const std::vector<std::string>& changes, const std::string& change) {
    return changes.empty() ? std::find(k_default_changes.begin(), k_default_changes.end(),
                                       change) != k_default_changes.end()
                           : std::find(changes.begin(), changes.end(), change) != changes.end();
}

bool has_wanted_label(const std::vector<std::string>& patterns,
                      const std::vector<std::string>& labels) {
    return patterns.empty() ||
           std::any_of(labels.begin(), labels.end(), [&patterns](const std::string& label) {
               return wildmatch_list(patterns, label);
           });
}

std::string join(const std::vector<std::string>& labels) {
    std::string text;
    for (const std::string& label : labels) {
        text += (text.empty() ? "" : ", ") + label;
    }
    return text.empty() ? "no label" : text;
}

}  // namespace

Verdict match_merge_request(const config::MergeRequestMatch& match, const Event& event) {
    if (!event.merge_request) {
        return no("on.merge_request", "the event does not describe one");
    }
    const MergeRequest& request = *event.merge_request;
    if (!is_wanted(match.changes, event.change)) {
        return no("on.merge_request.changes", event.change);
    }
    if (!wildmatch_list(match.target, request.target_branch)) {
        return no("on.merge_request.target", request.target_branch);
    }
    if (!wildmatch_list(match.source, request.source_branch)) {
        return no("on.merge_request.source", request.source_branch);
    }
    if (!has_wanted_label(match.labels, request.labels)) {
        return no("on.merge_request.labels", join(request.labels));
    }
    if (request.fork) {
        return no("on.merge_request.forks",
                  "fork: needs an approval, which this version cannot give");
    }
    return yes("on.merge_request", event.change);
}

}  // namespace hookd::dispatch
