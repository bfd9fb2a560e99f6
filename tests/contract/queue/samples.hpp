#pragma once

#include "core/base/clock.hpp"
#include "core/queue/queue.hpp"

#include <string>
#include <vector>

// Values for the tests, as short to write as they are to read.
namespace hookd::test {

/// 40 digits that start with `start`: "a1" is "a100...0".
[[nodiscard]] std::string object_id(const std::string& start);
/// "There is nothing": all zeros.
[[nodiscard]] std::string nothing();

/// An event whose ref moved, with a new id and no plan.
[[nodiscard]] queue::PlannedEvent push(const std::string& before, const std::string& after,
                                       const std::string& repository = "acme/shop",
                                       const std::string& ref = "refs/heads/main");

/// An event that is no ref change, with a new id and no plan.
[[nodiscard]] queue::PlannedEvent other_event(EventKind kind,
                                              const std::string& repository = "acme/shop");

/// An event of `repository` that moves a ref as no other one does.
[[nodiscard]] queue::PlannedEvent any_push(const std::string& repository = "acme/shop");

[[nodiscard]] PlannedAction action(const std::string& name, std::vector<PlannedNeed> needs = {});
[[nodiscard]] PlannedAction grouped(const std::string& name, const std::string& group,
                                    std::vector<PlannedNeed> needs = {});
[[nodiscard]] PlannedRun planned_run(const std::string& rule, std::vector<PlannedAction> actions);

/// `event`, with a run of these actions added to its plan.
[[nodiscard]] queue::PlannedEvent with_run(queue::PlannedEvent event,
                                           std::vector<PlannedAction> actions,
                                           const std::string& rule = "build");

/// A delivery with a new id that brings the events.
[[nodiscard]] queue::Arrival arrival(std::vector<queue::PlannedEvent> events,
                                     const std::string& source = "hook",
                                     const std::string& key = {});

[[nodiscard]] queue::Outcome ended(ActionState state, std::string reason = {});

}  // namespace hookd::test
