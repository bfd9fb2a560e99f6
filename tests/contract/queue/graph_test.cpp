#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;
using Names = std::vector<std::string>;

namespace {

PlannedNeed after(std::size_t index) {
    return {index, NeedCondition::success};
}

}  // namespace

TEST_CASE("an action starts when all that it needs has succeeded") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("build"), action("lint", {after(0)}),
                               action("test", {after(0)}), action("deploy", {after(1), after(2)})});
    CHECK(f.run_state(run) == RunState::queued);
    const auto build = f.claim(5);
    REQUIRE(build.size() == 1);
    CHECK(f.action_state(run, "lint") == ActionState::blocked);
    f.finish(build[0]);

    const auto middle = f.claim(5);
    REQUIRE(middle.size() == 2);
    f.finish(middle[0]);
    CHECK(f.nothing_to_claim());
    CHECK(f.run_state(run) == RunState::running);
    f.finish(middle[1]);
    const auto deploy = f.claim_one();
    CHECK(deploy.name == "deploy");
    f.finish(deploy);
    CHECK(f.run_state(run) == RunState::success);
    CHECK(f.run(run).actions[3].needs == Names{"lint", "test"});
    CHECK(f.queue().status().value().blocked == 0);
}

TEST_CASE("what needs a failed action is skipped, and what needs that, with the reason") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("lint"), action("test"), action("tag", {after(0), after(1)}),
                               action("deploy", {after(2)})});
    const auto claims = f.claim(5);
    REQUIRE(claims.size() == 2);
    f.finish(claims[0], ActionState::failure);

    CHECK(f.action_state(run, "tag") == ActionState::skipped);
    CHECK(f.action_of(run, "tag").reason == "needs \"lint\", which ended failure");
    CHECK(f.action_of(run, "deploy").reason == "needs \"tag\", which ended skipped");
    CHECK(f.run_state(run) == RunState::running);
    f.finish(claims[1]);
    CHECK(f.nothing_to_claim());
    CHECK(f.run_state(run) == RunState::failure);
    CHECK(f.action_of(run, "tag").attempts.empty());
}

TEST_CASE("a need's condition decides whether an action starts") {
    Fixture f(GENERATE(from_range(engines())));
    const auto start = [&f] {
        return f.start({action("test"), action("celebrate", {{0, NeedCondition::success}}),
                        action("alarm", {{0, NeedCondition::failure}}),
                        action("clean", {{0, NeedCondition::always}})});
    };
    const RunId run = start();
    SECTION("success") {
        f.finish(f.claim_one());
        CHECK(f.claim_names(5) == Names{"celebrate", "clean"});
        CHECK(f.action_of(run, "alarm").reason == "needs \"test\", which ended success");
    }
    SECTION("failure, in each of its forms") {
        const auto state = GENERATE(ActionState::failure, ActionState::error, ActionState::timeout,
                                    ActionState::unknown);
        f.finish(f.claim_one(), state);
        CHECK(f.claim_names(5) == Names{"alarm", "clean"});
        CHECK(f.action_state(run, "celebrate") == ActionState::skipped);
    }
    SECTION("neither") {
        const auto state = GENERATE(ActionState::canceled, ActionState::superseded);
        f.finish(f.claim_one(), state);
        CHECK(f.claim_names(5) == Names{"clean"});
    }
}

TEST_CASE("a clean-up runs after what was skipped") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("build"), action("test", {after(0)}),
                               action("clean", {{1, NeedCondition::always}})});
    f.finish(f.claim_one(), ActionState::failure);
    CHECK(f.action_state(run, "test") == ActionState::skipped);
    const auto clean = f.claim_one();
    CHECK(clean.name == "clean");
    f.finish(clean);
    CHECK(f.run_state(run) == RunState::failure);
}

TEST_CASE("an action is skipped once, whatever its other needs come to") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("a"), action("b"), action("both", {after(0), after(1)})});
    const auto claims = f.claim(2);
    f.finish(claims[0], ActionState::failure);
    f.finish(claims[1], GENERATE(ActionState::failure, ActionState::success));
    CHECK(f.action_of(run, "both").reason == "needs \"a\", which ended failure");
    CHECK(f.run_state(run) == RunState::failure);
}

TEST_CASE("the state of a run follows from its actions") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("a"), action("b"), action("c")});
    auto claims = f.claim(3);
    const auto states = GENERATE(
        std::pair{std::vector{ActionState::success, ActionState::skipped, ActionState::success},
                  RunState::success},
        std::pair{std::vector{ActionState::canceled, ActionState::timeout, ActionState::success},
                  RunState::failure},
        std::pair{std::vector{ActionState::canceled, ActionState::superseded, ActionState::success},
                  RunState::canceled},
        std::pair{std::vector{ActionState::superseded, ActionState::success, ActionState::success},
                  RunState::superseded},
        std::pair{std::vector{ActionState::unknown, ActionState::canceled, ActionState::success},
                  RunState::failure});
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(f.run_state(run) == RunState::running);
        f.finish(claims[i], states.first[i]);
    }
    CHECK(f.run_state(run) == states.second);
    CHECK(f.run_state(run) == derive_run_state(states.first));
}

TEST_CASE("outputs reach the actions that need them") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("version"), action("build"),
                               action("tag", {after(0), after(1)}), action("deploy", {after(2)})});
    const auto claims = f.claim(2);
    auto outcome = ended(ActionState::success);
    outcome.outputs = {{"version", "1.2.3"}, {"notes", std::string("caf\xe9\nline 2")}};
    f.finish(claims[0], outcome);
    outcome.outputs = {{"artifact", "a.tar"}};
    f.finish(claims[1], outcome);

    const auto tag = f.claim_one();
    using Input = std::tuple<std::string, std::string, std::string>;
    CHECK(tag.inputs == std::vector<Input>{{"version", "notes", "caf\xe9\nline 2"},
                                           {"version", "version", "1.2.3"},
                                           {"build", "artifact", "a.tar"}});
    CHECK(f.action_of(run, "version").outputs.size() == 2);
    f.finish(tag);
    // Only what it needs itself.
    CHECK(f.claim_one().inputs.empty());
}

TEST_CASE("a wide run ends as one of any size does") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<PlannedAction> actions = {action("root")};
    std::vector<PlannedNeed> all;
    for (std::size_t i = 1; i <= 300; ++i) {
        actions.push_back(action("leaf" + std::to_string(i), {after(0)}));
        all.push_back(after(i));
    }
    actions.push_back(action("last", all));
    const RunId run = f.start(actions);
    SECTION("well") {
        f.finish(f.claim_one());
        for (const auto& claim : f.claim(300)) {
            CHECK(f.nothing_to_claim());
            f.finish(claim);
        }
        f.finish(f.claim_one());
        CHECK(f.run_state(run) == RunState::success);
    }
    SECTION("all skipped") {
        f.finish(f.claim_one(), ActionState::error);
        CHECK(f.run_state(run) == RunState::failure);
        CHECK(f.action_state(run, "last") == ActionState::skipped);
    }
    const auto status = f.queue().status().value();
    CHECK(status.blocked + status.waiting + status.ready + status.running == 0);
}
