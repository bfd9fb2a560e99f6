#pragma once

#include "dispatch/plan.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

// Events and rules for tests of planning, each right until a test changes it.
namespace hookd::test {

inline const std::string k_zero(40, '0');
inline const std::string k_old(40, '1');
inline const std::string k_new(40, '2');
inline const std::string k_merge(40, '3');

inline Event moved(const std::string& ref, const std::string& before = k_old,
                   const std::string& after = k_new) {
    Event event;
    event.repository = *RepositoryName::parse("acme/shop");
    describe_ref_change(event, ref, before, after);
    event.paths_complete = true;
    return event;
}

inline Event push(const std::string& branch) {
    return moved("refs/heads/" + branch);
}

inline Commit commit(const std::string& id, const std::string& message, std::size_t parents = 1) {
    Commit made;
    made.id = id;
    made.message = message;
    made.parents.assign(parents, k_old);
    return made;
}

inline Event merge_request(const std::string& change) {
    Event event;
    event.repository = *RepositoryName::parse("acme/shop");
    event.kind = EventKind::merge_request;
    event.change = change;
    MergeRequest request;
    request.number = 7;
    request.labels = {"bug", "ready"};
    request.source_branch = "feature/x";
    request.source_commit = k_new;
    request.target_branch = "main";
    event.merge_request = request;
    return event;
}

inline Event merged() {
    Event event = merge_request("merged");
    event.merge_request->merge_commit = k_merge;
    return event;
}

/// The same merge as `merged`, seen as the push that brought it.
inline Event pushed_merge() {
    Event event = moved("refs/heads/main", k_old, k_merge);
    event.commits = {commit(k_new, "work"), commit(k_merge, "merge", 2)};
    event.commits_complete = true;
    return event;
}

inline config::Rule rule(const std::string& name, config::On on) {
    config::Rule made;
    made.name = name;
    made.hash = "hash of " + name;
    made.on = std::move(on);
    config::Action action;
    action.name = "test";
    action.handler = "test";
    action.spec = "{}";
    made.actions = {action};
    return made;
}

inline config::On on_push(config::PushMatch match) {
    config::On on;
    on.push = std::move(match);
    return on;
}

inline config::On on_merge_request(config::MergeRequestMatch match) {
    config::On on;
    on.merge_request = std::move(match);
    return on;
}

inline config::On on_merge(config::MergeMatch match) {
    config::On on;
    on.merge = std::move(match);
    return on;
}

inline Plan plan_of(const Event& event, std::vector<config::Rule> rules,
                    const dispatch::AskPaths& ask = nullptr) {
    config::Repository repository;
    repository.name = event.repository;
    repository.rules = std::move(rules);
    return dispatch::make_plan(event, repository, ask);
}

/// What is decided about a rule "r" with this `on`.
inline Decision decision_of(const Event& event, config::On on,
                            const dispatch::AskPaths& ask = nullptr) {
    const Plan plan = plan_of(event, {rule("r", std::move(on))}, ask);
    REQUIRE(plan.decisions.size() == 1);
    CHECK(plan.runs.size() == (plan.decisions[0].matched ? 1 : 0));
    return plan.decisions[0];
}

inline Decision yes(const std::string& clause, const std::string& seen) {
    return {"r", true, clause, seen};
}
inline Decision no(const std::string& clause, const std::string& seen) {
    return {"r", false, clause, seen};
}

}  // namespace hookd::test
