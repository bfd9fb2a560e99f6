#include "dispatch/plan.hpp"

#include "handlers/handler.hpp"
#include "tests/unit/dispatch/planning.hpp"

using namespace hookd;
using namespace hookd::test;

TEST_CASE("a kind that the rule does not name does not match") {
    config::On tag;
    tag.tag = config::TagMatch{};
    CHECK(decision_of(push("main"), tag) == no("on", "push"));
    CHECK(decision_of(moved("refs/tags/v1"), on_push({})) == no("on", "tag"));
    CHECK(decision_of(moved("refs/notes/x"), on_push({})) == no("on", "other"));
    for (const EventKind kind : {EventKind::ping, EventKind::comment, EventKind::release,
                                 EventKind::schedule, EventKind::manual, EventKind::other}) {
        Event event = push("main");
        event.kind = kind;
        config::On all = on_push({});
        all.tag = config::TagMatch{};
        all.merge_request = config::MergeRequestMatch{};
        all.merge = config::MergeMatch{};
        CHECK(decision_of(event, all) == no("on", std::string(to_text(kind))));
    }
}

TEST_CASE("kinds are alternatives: one that matches is enough, else the first is named") {
    config::On on = on_push({{"other"}, {}});
    on.merge = config::MergeMatch{{"main"}};
    CHECK(decision_of(pushed_merge(), on) == yes("on.merge.into", "main"));
    on.merge = config::MergeMatch{{"else"}};
    CHECK(decision_of(pushed_merge(), on) == no("on.push.branches", "main"));
}

TEST_CASE("a rule that matches becomes a run with everything that its actions need") {
    config::Rule ship = rule("ship", on_push({}));
    config::Action build;
    build.name = "build";
    build.handler = "run";
    build.spec = "{\"settings\":\"make\"}";
    build.timeout = std::chrono::minutes(5);
    config::Action tell = build;
    tell.name = "tell";
    tell.needs = {{"build", NeedCondition::always}, {"test", NeedCondition::failure}};
    ship.actions = {build, ship.actions[0], tell};
    const Plan plan =
        plan_of(push("main"), {ship, rule("never", on_merge({})), rule("last", on_push({}))});

    REQUIRE(plan.decisions.size() == 3);
    CHECK(plan.decisions[0].rule == "ship");
    CHECK(plan.decisions[1].rule == "never");
    CHECK(plan.decisions[2].rule == "last");
    REQUIRE(plan.runs.size() == 2);
    CHECK(plan.runs[1].rule == "last");
    const PlannedRun& run = plan.runs[0];
    CHECK(run.rule == "ship");
    CHECK(run.rule_hash == "hash of ship");
    CHECK(run.commit == k_new);
    REQUIRE(run.actions.size() == 3);
    CHECK(run.actions[0].name == "build");
    CHECK(run.actions[0].handler == "run");
    CHECK(run.actions[0].spec == build.spec);
    CHECK(run.actions[0].timeout == std::chrono::minutes(5));
    CHECK(run.actions[0].group.empty());
    CHECK(run.actions[0].needs.empty());
    CHECK(run.actions[2].needs ==
          std::vector<PlannedNeed>{{0, NeedCondition::always}, {1, NeedCondition::failure}});
}

TEST_CASE("deploys to one environment go one after another, whatever their rule") {
    const auto deploy = [](const std::string& name, const std::string& environment) {
        config::Rule with = rule(name, on_push({}));
        with.actions[0].handler = "deploy";
        with.actions[0].environment = environment;
        return with;
    };
    const Plan plan =
        plan_of(push("main"), {deploy("a", "live"), deploy("b", "live"), deploy("c", "trial")});
    REQUIRE(plan.runs.size() == 3);
    CHECK(plan.runs[0].actions[0].group == "deploy:acme/shop:live");
    CHECK(plan.runs[1].actions[0].group == plan.runs[0].actions[0].group);
    CHECK(plan.runs[2].actions[0].group == "deploy:acme/shop:trial");
}

TEST_CASE("what becomes of an action whose worker died is its handler's to say") {
    const auto on_lost_of = [](std::string_view handler) {
        config::Rule with = rule("r", on_push({}));
        with.actions[0].handler = handler;
        return plan_of(push("main"), {with}).runs.at(0).actions.at(0).on_lost;
    };
    for (const handlers::Handler& handler : handlers::table()) {
        CHECK(on_lost_of(handler.key) == handler.on_lost);
    }
    CHECK(on_lost_of("test") == OnLost::retry);
    CHECK(on_lost_of("deploy") == OnLost::unknown);
}

TEST_CASE("what a pusher named is one printable line of bearable length in a decision") {
    const Decision decision =
        decision_of(push("a\x1b[31m\n" + std::string(5000, 'x')), on_push({{"main"}, {}}));
    CHECK(decision.seen.size() < 400);
    CHECK(decision.seen.find('\x1b') == std::string::npos);
    CHECK(decision.seen.find('\n') == std::string::npos);
    CHECK(decision.seen.substr(decision.seen.size() - 3) == "...");
}

TEST_CASE("a repository without rules plans nothing") {
    CHECK(plan_of(push("main"), {}) == Plan{});
}
