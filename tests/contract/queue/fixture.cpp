#include "tests/contract/queue/fixture.hpp"

#include "tests/support/catch.hpp"

#include <utility>

namespace hookd::test {
namespace {

/// The value, or the test fails with the error's words.
template <class T>
T must(Result<T> result) {
    if (!result) {
        FAIL(result.error().message);
    }
    return *std::move(result);
}

}  // namespace

Fixture::Fixture(const EngineKind& kind) : engine_(kind.make()) {
    INFO("engine " << kind.name);
    queue_ = engine_->open(clock_);
    node_ = must(queue_->register_node("host"));
}

void Fixture::reopen() {
    queue_.reset();
    queue_ = engine_->open(clock_);
    node_ = must(queue_->register_node("host"));
}

queue::Accepted Fixture::accept(queue::Arrival arrival) {
    return must(queue_->accept_and_wait(std::move(arrival)));
}

RunId Fixture::start(std::vector<PlannedAction> actions, const std::string& repository) {
    const auto accepted = accept(arrival({with_run(any_push(repository), std::move(actions))}));
    REQUIRE(accepted.events.size() == 1);
    REQUIRE(accepted.events.front().runs.size() == 1);
    return accepted.events.front().runs.front().id;
}

std::vector<queue::Claim> Fixture::claim(std::size_t most) {
    return must(queue_->claim({node_, most, k_lease})).claims;
}

queue::Claim Fixture::claim_one() {
    auto claims = claim(1);
    REQUIRE(claims.size() == 1);
    return claims.front();
}

std::vector<std::string> Fixture::claim_names(std::size_t most) {
    std::vector<std::string> names;
    for (const queue::Claim& claim : claim(most)) {
        names.push_back(claim.name);
    }
    return names;
}

bool Fixture::nothing_to_claim() {
    return claim(1).empty();
}

void Fixture::finish(const queue::Claim& claim, const queue::Outcome& outcome) {
    if (auto finished = queue_->finish(claim.fence, outcome); !finished) {
        FAIL(finished.error().message);
    }
}

void Fixture::finish(const queue::Claim& claim, ActionState state) {
    finish(claim, ended(state));
}

queue::RunDetail Fixture::run(RunId id) {
    return must(queue_->run(id));
}

RunState Fixture::run_state(RunId id) {
    return run(id).run.state;
}

queue::ActionRecord Fixture::action_of(RunId id, const std::string& name) {
    for (queue::ActionRecord& action : run(id).actions) {
        if (action.name == name) {
            return std::move(action);
        }
    }
    FAIL("run " << id.value << " has no action " << name);
    return {};
}

ActionState Fixture::action_state(RunId id, const std::string& name) {
    return action_of(id, name).state;
}

}  // namespace hookd::test
