#pragma once

#include "tests/contract/queue/engine.hpp"
#include "tests/contract/queue/samples.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hookd::test {

constexpr Milliseconds k_lease{30'000};

/// An empty queue of one engine with a registered node, on a clock that moves when told. Its
/// functions fail the test where the queue refuses.
class Fixture {
  public:
    explicit Fixture(const EngineKind& kind);

    [[nodiscard]] queue::Queue& queue() { return *queue_; }
    [[nodiscard]] ManualClock& clock() { return clock_; }
    [[nodiscard]] queue::NodeId node() const { return node_; }

    /// Closes the queue and opens it again, with a new node.
    void reopen();

    queue::Accepted accept(queue::Arrival arrival);
    /// The run of an event that starts exactly one.
    RunId start(std::vector<PlannedAction> actions, const std::string& repository = "acme/shop");

    std::vector<queue::Claim> claim(std::size_t most);
    queue::Claim claim_one();
    /// Names of what is claimed, in order.
    std::vector<std::string> claim_names(std::size_t most);
    [[nodiscard]] bool nothing_to_claim();

    void finish(const queue::Claim& claim, const queue::Outcome& outcome);
    void finish(const queue::Claim& claim, ActionState state = ActionState::success);

    queue::RunDetail run(RunId id);
    [[nodiscard]] RunState run_state(RunId id);
    queue::ActionRecord action_of(RunId id, const std::string& name);
    [[nodiscard]] ActionState action_state(RunId id, const std::string& name);

  private:
    std::unique_ptr<Engine> engine_;
    ManualClock clock_;
    std::unique_ptr<queue::Queue> queue_;
    queue::NodeId node_;
};

}  // namespace hookd::test
