#pragma once

#include "core/model/ids.hpp"
#include "core/model/plan.hpp"
#include "core/queue/arrival.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hookd::queue {

/// Why a rule was run once more for an event that had come before.
enum class RerunCause {
    replay,      ///< a person asked for it
    redelivery,  ///< a forge sent the event's delivery once more, and the rule asks for that
};

[[nodiscard]] std::string_view to_text(RerunCause cause);

/// What a run that its event's arrival did not start says of itself.
struct Rerun {
    std::int64_t number = 1;  ///< how many runs of its rule the event had before
    RerunCause cause = RerunCause::replay;
    std::string asked_by;  ///< who; of a redelivery the sender's address
    bool operator==(const Rerun&) const = default;
};

/// A person's wish to have a stored event run again.
struct ReplayRequest {
    EventId event;
    std::string rule;      ///< empty: every rule that matches
    std::string asked_by;  ///< one line
    /// The same wish under the same key is one replay. Empty: each is its own.
    std::string key;
};

struct Replayed {
    EventId event;
    std::vector<StartedRun> runs;
    bool repeated = false;  ///< the key was used before: these are the runs of that time
    /// What the rules in force made of it; empty where it is `repeated`.
    std::vector<Decision> decisions;
};

/// What came of a refused delivery that a person had read once more.
struct DeliveryReplayed {
    /// As which it was taken: now, by an earlier replay, or when its sender sent it again.
    DeliveryId delivery;
    Accepted accepted;  ///< `duplicate_delivery`: nothing new came of it
};

}  // namespace hookd::queue
