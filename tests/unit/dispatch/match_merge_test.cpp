#include "tests/unit/dispatch/planning.hpp"

using namespace hookd;
using namespace hookd::test;

TEST_CASE("a merge request is compared by what happened, target, source and labels") {
    for (const char* change : {"opened", "updated", "reopened"}) {
        CHECK(decision_of(merge_request(change), on_merge_request({})) ==
              yes("on.merge_request", change));
    }
    for (const char* change : {"edited", "merged", "closed"}) {
        CHECK(decision_of(merge_request(change), on_merge_request({})) ==
              no("on.merge_request.changes", change));
    }
    config::MergeRequestMatch match;
    match.changes = {"closed"};
    CHECK(decision_of(merge_request("closed"), on_merge_request(match)) ==
          yes("on.merge_request", "closed"));
    CHECK(decision_of(merge_request("opened"), on_merge_request(match)) ==
          no("on.merge_request.changes", "opened"));

    match = {};
    match.target = {"release/*"};
    CHECK(decision_of(merge_request("opened"), on_merge_request(match)) ==
          no("on.merge_request.target", "main"));
    match.target = {"main"};
    match.source = {"fix/*"};
    CHECK(decision_of(merge_request("opened"), on_merge_request(match)) ==
          no("on.merge_request.source", "feature/x"));
    match.source = {"feature/*"};
    match.labels = {"blocked"};
    CHECK(decision_of(merge_request("opened"), on_merge_request(match)) ==
          no("on.merge_request.labels", "bug, ready"));
    match.labels = {"read?"};
    CHECK(decision_of(merge_request("opened"), on_merge_request(match)) ==
          yes("on.merge_request", "opened"));

    Event bare = merge_request("opened");
    bare.merge_request->labels.clear();
    CHECK(decision_of(bare, on_merge_request(match)) == no("on.merge_request.labels", "no label"));
    bare.merge_request.reset();
    CHECK(decision_of(bare, on_merge_request({})) ==
          no("on.merge_request", "the event does not describe one"));
}

TEST_CASE("T039 a merge request from a fork starts nothing") {
    const Decision expected =
        no("on.merge_request.forks", "fork: needs an approval, which this version cannot give");
    for (const char* change : {"opened", "updated", "reopened", "merged"}) {
        Event event = merge_request(change);
        event.merge_request->fork = true;
        config::MergeRequestMatch match;
        match.changes = {change};
        CHECK(decision_of(event, on_merge_request(match)) == expected);
    }
    // What was merged is the repository's own commit now.
    Event event = merged();
    event.merge_request->fork = true;
    CHECK(decision_of(event, on_merge({})) == yes("on.merge", "main"));
}

TEST_CASE("a merge is seen as a merge request that was merged") {
    CHECK(decision_of(merged(), on_merge({{"main"}})) == yes("on.merge.into", "main"));
    CHECK(decision_of(merged(), on_merge({{"release/*"}})) == no("on.merge.into", "main"));
    CHECK(decision_of(merge_request("closed"), on_merge({})) ==
          no("on.merge", "the merge request was closed"));
}

TEST_CASE("a merge is seen as a push that brings a commit with two parents") {
    CHECK(decision_of(pushed_merge(), on_merge({{"main"}})) == yes("on.merge.into", "main"));
    CHECK(decision_of(pushed_merge(), on_merge({{"other"}})) == no("on.merge.into", "main"));
    Event event = pushed_merge();
    event.commits[1].parents.resize(1);
    CHECK(decision_of(event, on_merge({{"main"}})) ==
          no("on.merge", "the push is not known to bring a merge commit"));
    event.commits[1].parents.resize(8);
    CHECK(decision_of(event, on_merge({})) == yes("on.merge", "main"));
}

TEST_CASE("a merge that arrives both ways has one key") {
    const Plan first = plan_of(merged(), {rule("ship", on_merge({{"main"}}))});
    const Plan second = plan_of(pushed_merge(), {rule("ship", on_merge({{"main"}}))});
    REQUIRE(first.runs.size() == 1);
    REQUIRE(second.runs.size() == 1);
    CHECK(first.runs[0].once_key == "merge:acme/shop:ship:main:" + k_merge);
    CHECK(second.runs[0].once_key == first.runs[0].once_key);
    CHECK(first.runs[0].commit == k_merge);
    CHECK(second.runs[0].commit == k_merge);

    SECTION("another rule or branch has another") {
        CHECK(plan_of(merged(), {rule("other", on_merge({}))}).runs.at(0).once_key !=
              first.runs[0].once_key);
        Event event = merged();
        event.merge_request->target_branch = "release";
        CHECK(plan_of(event, {rule("ship", on_merge({}))}).runs.at(0).once_key !=
              first.runs[0].once_key);
    }
    SECTION("also where the rule matched the push as a push") {
        config::On on = on_merge({{"main"}});
        on.push = config::PushMatch{};
        const Plan plan = plan_of(pushed_merge(), {rule("ship", on)});
        CHECK(plan.decisions.at(0).clause == "on.push");
        CHECK(plan.runs.at(0).once_key == first.runs[0].once_key);
    }
    SECTION("a run that no merge started has none") {
        CHECK(plan_of(pushed_merge(), {rule("ship", on_push({}))}).runs.at(0).once_key.empty());
    }
}
