#pragma once

#include "core/base/clock.hpp"
#include "core/model/states.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hookd {

/// Why a rule did or did not apply to an event: kept, so that "why did this not run?" has an
/// answer.
struct Decision {
    std::string rule;
    bool matched = false;
    std::string clause;  ///< the clause that decided, as in the file: "on.push.branches"
    std::string seen;    ///< the value it saw, one line
    bool operator==(const Decision&) const = default;
};

/// What becomes of an action whose worker died.
enum class OnLost {
    retry,    ///< run it again: lint, test, run, tag
    unknown,  ///< only the target knows: deploy
};

/// What a person's redelivery of a delivery that is there already does.
enum class Redelivery {
    ignore,
    rerun_failed,  ///< runs the rule again where its last run has failed
    rerun,
};

struct PlannedNeed {
    std::size_t action = 0;  ///< index in PlannedRun::actions, less than the needing one's
    NeedCondition condition = NeedCondition::success;
    bool operator==(const PlannedNeed&) const = default;
};

struct PlannedAction {
    std::string name;
    std::string handler;  ///< key in the table of handlers: run, lint, test, tag, deploy
    std::string spec;  ///< settings as JSON text: executed as stored, whatever the file says later
    std::vector<PlannedNeed> needs;
    Milliseconds timeout{};
    OnLost on_lost = OnLost::retry;
    /// One at a time, in the order of the runs, among all actions with the same key. Empty: free.
    std::string group;
    bool operator==(const PlannedAction&) const = default;
};

/// One rule that applies to an event: becomes a run.
struct PlannedRun {
    std::string rule;
    std::string rule_hash;  ///< of the rule's text in force
    std::string commit;     ///< what its actions check out; empty where there is none
    /// Where set, only the first run with this key is made: a merge that arrives both as a merge
    /// request and as a push counts once.
    std::string once_key;
    Redelivery redelivery = Redelivery::ignore;
    std::vector<PlannedAction> actions;  ///< in the order of the file: needs come first
    bool operator==(const PlannedRun&) const = default;
};

struct Plan {
    std::vector<Decision> decisions;
    std::vector<PlannedRun> runs;
    bool operator==(const Plan&) const = default;
};

}  // namespace hookd
