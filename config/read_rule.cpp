#include "config/read_rule.hpp"

#include "config/action_order.hpp"
#include "config/digest.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"
#include "config/unique.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hookd::config {
namespace {

On read_on(const Node& node, Findings& findings) {
    On on;
    if (const Node* push = node.find("push")) {
        on.push = PushMatch{read_patterns(*push, "branches", PatternKind::branch, findings),
                            read_patterns(*push, "paths", PatternKind::path, findings)};
    }
    if (const Node* tag = node.find("tag")) {
        on.tag = TagMatch{read_patterns(*tag, "tags", PatternKind::tag, findings)};
    }
    if (const Node* request = node.find("merge_request")) {
        MergeRequestMatch match;
        match.target = read_patterns(*request, "target", PatternKind::branch, findings);
        match.source = read_patterns(*request, "source", PatternKind::branch, findings);
        match.labels = read_patterns(*request, "labels", PatternKind::label, findings);
        for (const Node* change : find_texts(*request, "changes")) {
            match.changes.push_back(*change->text());
        }
        on.merge_request = std::move(match);
    }
    if (const Node* merge = node.find("merge")) {
        on.merge = MergeMatch{read_patterns(*merge, "into", PatternKind::branch, findings)};
    }
    return on;
}

Redelivery read_redelivery(const Node* node) {
    const std::string* const text = node != nullptr ? node->text() : nullptr;
    if (text != nullptr && *text == "rerun") {
        return Redelivery::rerun;
    }
    return text != nullptr && *text == "rerun_failed" ? Redelivery::rerun_failed
                                                      : Redelivery::ignore;
}

/// What an action without a repository on this machine cannot do.
void check_workspace(const Node& node, const Action& action, Findings& findings) {
    if (action.handler == "tag" || action.handler == "deploy") {
        findings.add(node.find(action.handler)->at,
                     quote(action.handler) +
                         " needs the repository on this machine: give its "
                         "\"path\" at the top of the file");
    } else if (action.workspace == Workspace::clean) {
        findings.add(node.at, "the action " + quote(action.name) +
                                  " has nothing to check out: give the repository's \"path\" at "
                                  "the top of the file, or set \"workspace: none\"");
    }
}

PlacedAction place(const Node& node, Action action) {
    PlacedAction placed{std::move(action), node.at, {}};
    for (const Node* need : find_texts(node, "needs")) {
        placed.needs_at.push_back(need->at);
    }
    return placed;
}

std::vector<Action> read_actions(const Node& list, const ActionDefaults& defaults,
                                 LocalRepository repository, bool fits, Findings& findings) {
    std::vector<PlacedAction> actions;
    Unique names("name");
    bool all_read = fits;
    for (const Node& node : *list.list()) {
        const std::size_t before = findings.size();
        auto action = read_action(node, defaults, findings);
        if (!action) {
            continue;
        }
        if (fits && !action->name.empty()) {
            names.claim(action->name, node.find("name")->at, findings);
        }
        if (fits && repository == LocalRepository::missing) {
            check_workspace(node, *action, findings);
        }
        all_read = all_read && findings.size() == before;
        actions.push_back(place(node, std::move(*action)));
    }
    // Needs of names that are wrong themselves would only be reported again.
    return all_read ? order_actions(std::move(actions), findings) : std::vector<Action>{};
}

}  // namespace

Rule read_rule(const Node& node, const ActionDefaults& defaults, LocalRepository repository,
               bool fits, Findings& findings) {
    Rule rule;
    rule.name = read_name(node, "name", findings);
    rule.hash = sha256_hex(to_json(node).dump());
    if (const Node* on = node.find("on")) {
        rule.on = read_on(*on, findings);
    }
    const Node* skippable = node.find("skippable");
    if (skippable != nullptr && skippable->boolean() != nullptr) {
        rule.skippable = *skippable->boolean();
    }
    rule.redelivery = read_redelivery(node.find("redelivery"));
    const Node* actions = node.find("actions");
    if (actions != nullptr && actions->list() != nullptr) {
        rule.actions = read_actions(*actions, defaults, repository, fits, findings);
    }
    return rule;
}

}  // namespace hookd::config
