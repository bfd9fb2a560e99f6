#include "core/base/listed.hpp"
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
        add_listed(text, label);
    }
    return text.empty() ? "no label" : text;
}

}  // namespace

Verdict match_merge_request(const config::MergeRequestMatch& match, const Event& event,
                            Trace* trace) {
    Clauses clauses(trace);
    if (!event.merge_request) {
        clauses.require([] { return no("on.merge_request", "the event does not describe one"); });
        return std::move(clauses).result();
    }
    const MergeRequest& request = *event.merge_request;
    // Words are made only where somebody reads them.
    const auto filter = [&](bool matched, const char* clause, const auto& seen) {
        clauses.require([&] {
            return !matched           ? no(clause, seen())
                   : trace != nullptr ? yes(clause, seen())
                                      : Verdict{true, {}, {}};
        });
    };
    filter(is_wanted(match.changes, event.change), "on.merge_request.changes",
           [&] { return event.change; });
    filter(wildmatch_list(match.target, request.target_branch), "on.merge_request.target",
           [&] { return request.target_branch; });
    filter(wildmatch_list(match.source, request.source_branch), "on.merge_request.source",
           [&] { return request.source_branch; });
    filter(has_wanted_label(match.labels, request.labels), "on.merge_request.labels",
           [&] { return join(request.labels); });
    filter(!request.fork, "on.merge_request.forks", [&] {
        return std::string(request.fork ? "fork: needs an approval, which this version cannot give"
                                        : "no fork");
    });
    return std::move(clauses).result_or(yes("on.merge_request", event.change));
}

}  // namespace hookd::dispatch
