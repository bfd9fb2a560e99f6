#include "core/model/states.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <string>
#include <vector>

using namespace hookd;
using enum ActionState;

namespace {

constexpr std::array k_action_states = {blocked, waiting, ready,    running, success,    failure,
                                        error,   timeout, canceled, skipped, superseded, unknown};
constexpr std::array k_run_states = {RunState::queued,  RunState::running,  RunState::success,
                                     RunState::failure, RunState::canceled, RunState::superseded};

RunState derive(std::vector<ActionState> actions) {
    return derive_run_state(actions);
}

}  // namespace

TEST_CASE("every state is read back from its text, and no other text is one") {
    for (const ActionState state : k_action_states) {
        CHECK(action_state_from(to_text(state)) == state);
    }
    for (const RunState state : k_run_states) {
        CHECK(run_state_from(to_text(state)) == state);
    }
    CHECK(to_text(superseded) == "superseded");
    CHECK(to_text(blocked) == "blocked");
    CHECK(to_text(RunState::queued) == "queued");
    for (const auto* bad : {"", "Success", "success ", "dead", "pending"}) {
        CHECK_FALSE(action_state_from(bad));
        CHECK_FALSE(run_state_from(bad));
    }
    CHECK_FALSE(run_state_from("ready"));
    CHECK_FALSE(action_state_from("queued"));
}

TEST_CASE("states are final from success on") {
    for (const ActionState state : {blocked, waiting, ready, running}) {
        CHECK_FALSE(is_final(state));
    }
    for (const ActionState state :
         {success, failure, error, timeout, canceled, skipped, superseded, unknown}) {
        CHECK(is_final(state));
    }
    CHECK_FALSE(is_final(RunState::queued));
    CHECK_FALSE(is_final(RunState::running));
    for (const RunState state :
         {RunState::success, RunState::failure, RunState::canceled, RunState::superseded}) {
        CHECK(is_final(state));
    }
}

TEST_CASE("a run is queued until an action has started and running until all have ended") {
    CHECK(derive({ready}) == RunState::queued);
    CHECK(derive({blocked, waiting, ready}) == RunState::queued);
    CHECK(derive({running, blocked}) == RunState::running);
    CHECK(derive({success, blocked}) == RunState::running);
    CHECK(derive({failure, waiting}) == RunState::running);
    for (const ActionState open : {blocked, waiting, ready, running}) {
        for (const ActionState state : k_action_states) {
            CHECK_FALSE(is_final(derive({open, state})));
            CHECK_FALSE(is_final(derive({state, open})));
        }
    }
}

TEST_CASE("the worst end of its actions is the end of a run, whatever their order") {
    CHECK(derive({success, success}) == RunState::success);
    CHECK(derive({skipped, skipped}) == RunState::success);
    CHECK(derive({}) == RunState::success);
    for (const ActionState bad : {failure, error, timeout, unknown}) {
        CHECK(derive({success, bad, skipped}) == RunState::failure);
        CHECK(derive({canceled, superseded, bad}) == RunState::failure);
        CHECK(derive({bad, canceled, superseded}) == RunState::failure);
    }
    CHECK(derive({success, canceled, superseded}) == RunState::canceled);
    CHECK(derive({superseded, canceled}) == RunState::canceled);
    CHECK(derive({success, superseded, skipped}) == RunState::superseded);
    CHECK(derive({success, skipped}) == RunState::success);
}

TEST_CASE("every mix of two ends is an end") {
    for (const ActionState first : k_action_states) {
        for (const ActionState second : k_action_states) {
            CHECK(is_final(derive({first, second})) == (is_final(first) && is_final(second)));
            CHECK(derive({first, second}) == derive({second, first}));
        }
    }
}

TEST_CASE("a need is met by the end it asks for") {
    CHECK(is_met(NeedCondition::success, success));
    for (const ActionState state :
         {failure, error, timeout, canceled, skipped, superseded, unknown}) {
        CHECK_FALSE(is_met(NeedCondition::success, state));
    }
    for (const ActionState state : {failure, error, timeout, unknown}) {
        CHECK(is_met(NeedCondition::failure, state));
    }
    for (const ActionState state : {success, canceled, skipped, superseded}) {
        CHECK_FALSE(is_met(NeedCondition::failure, state));
    }
    for (const ActionState state : k_action_states) {
        if (is_final(state)) {
            CHECK(is_met(NeedCondition::always, state));
        }
    }
}
