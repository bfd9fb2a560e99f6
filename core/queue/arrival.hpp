#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/ids.hpp"
#include "core/model/plan.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookd::queue {

/// One arrival of something through a source, as it came in. Kept for looking at and replaying.
struct Delivery {
    DeliveryId id;
    /// The door it came through, in our configuration: an endpoint's path, or "hook". Together
    /// with `key` it is unique: the same key through the same door is the same delivery.
    std::string source;
    std::string provider;  ///< github, gitlab, ...; "hook"
    std::string key;       ///< the provider's delivery id; empty where it sends none
    std::string event;     ///< the provider's own event name
    WallTime received_at{};
    std::string peer;
    /// As received, in order. Headers that hold secrets are left out by who makes the delivery.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< raw bytes
    bool operator==(const Delivery&) const = default;
};

/// An event with what its rules ask for.
struct PlannedEvent {
    Event event;
    Plan plan;
};

/// What is stored in one transaction. A delivery may hold no event.
struct Arrival {
    Delivery delivery;
    std::vector<PlannedEvent> events;
};

struct StartedRun {
    RunId id;
    std::string rule;
    bool operator==(const StartedRun&) const = default;
};

struct AcceptedEvent {
    EventId id;              ///< the stored event's: an earlier one's where this is a duplicate
    bool duplicate = false;  ///< the same ref change was there already
    std::vector<StartedRun> runs;  ///< the stored event's: nothing is started for a duplicate
    bool operator==(const AcceptedEvent&) const = default;
};

struct Accepted {
    bool duplicate_delivery = false;  ///< the delivery was there already; nothing was stored
    std::vector<AcceptedEvent> events;
    bool operator==(const Accepted&) const = default;

    /// Nothing new came of it: the delivery, or every event in it, was there already.
    [[nodiscard]] bool is_duplicate() const {
        bool all = !events.empty();
        for (const AcceptedEvent& event : events) {
            all = all && event.duplicate;
        }
        return duplicate_delivery || all;
    }
};

using AcceptDone = std::function<void(Result<Accepted>)>;

/// Where deliveries go on from a door: they are completed, planned against the rules and stored.
/// `done` is called once, after the commit is on disk, from any thread; it must not block.
using Intake = std::function<void(Delivery, std::vector<Event>, AcceptDone)>;

}  // namespace hookd::queue
