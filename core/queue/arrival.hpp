#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/ids.hpp"
#include "core/model/plan.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookd::queue {

/// What became of a delivery at its door.
struct Verdict {
    enum class Kind {
        accepted,    ///< taken; it may hold no event all the same
        suspicious,  ///< taken for a replay, or not what it says it is: starts nothing
        refused,     ///< proven to be its sender's, and yet not taken
        unproven,    ///< no valid signature: a sample is kept, without the body
    };
    Kind kind = Kind::accepted;
    int status = 202;    ///< of HTTP, as the sender was answered
    std::string reason;  ///< a word for programs, such as "forbidden_repository"; empty: accepted
    std::string detail;  ///< one line for people; more than the sender is told. Never a secret
    bool operator==(const Verdict&) const = default;
};

[[nodiscard]] std::string_view to_text(Verdict::Kind kind);

/// A refused delivery that a person had read once more.
struct ReplayOf {
    DeliveryId refused;
    std::string asked_by;  ///< one line
    bool operator==(const ReplayOf&) const = default;
};

/// One arrival of something through a source, as it came in. Kept for looking at and replaying.
struct Delivery {
    DeliveryId id;
    /// The door it came through, in our configuration: an endpoint's path, "hook", or "unknown" for
    /// what came to none. Together with `key` it is unique: one key through one door is one
    /// delivery.
    std::string source;
    std::string provider;  ///< github, gitlab, ...; "hook"
    std::string key;       ///< the provider's delivery id; empty where it sends none
    std::string event;     ///< the provider's own event name
    WallTime received_at{};
    std::string peer;
    /// As received, in order. Headers that hold secrets are left out by who makes the delivery.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< raw bytes
    Verdict verdict;
    /// Of a refused one, for its door: tells later which of its secrets has proven the sender.
    std::string proven_by{};
    /// It did not come through its door, but is what became of one that had been refused there.
    std::optional<ReplayOf> replay_of{};
    /// Not stored. Where the same delivery comes again: how long after its last run that is a
    /// person's doing, and not the sender's own retry. Nothing: it cannot be told.
    std::optional<Milliseconds> redelivered_after{};
    /// Not stored. The sender has proven the key too: the same body under another key is another
    /// delivery, and not somebody's replay.
    bool key_is_proven = false;
    bool operator==(const Delivery&) const = default;
};

/// An event with what its rules ask for.
struct PlannedEvent {
    Event event;
    Plan plan;
    /// The refs of its repository can be compared: what is taken for a replay and was none is
    /// found by that.
    bool is_comparable = false;
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
    DeliveryId known_as{};            ///< of a duplicate delivery: the stored one's
    std::vector<AcceptedEvent> events;
    std::vector<StartedRun> reruns;  ///< what a person's redelivery has started
    /// The body came before under another key: stored as such, and starts nothing, unless it moves
    /// a ref that is known to be back where it starts and cannot be compared.
    bool suspicious = false;
    /// Repositories where only comparing refs can tell whether one really moved so again.
    std::vector<std::string> to_compare;
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
using RecordDone = std::function<void(Status)>;

/// Where deliveries go on from a door: they are completed, planned against the rules and stored.
/// `done` is called once, after the commit is on disk, from any thread; it must not block.
using Intake = std::function<void(Delivery, std::vector<Event>, AcceptDone)>;

/// Where deliveries go that were not taken: Queue::record. It never waits.
using Record = std::function<void(Delivery, RecordDone)>;

}  // namespace hookd::queue
