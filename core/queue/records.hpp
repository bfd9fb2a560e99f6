#pragma once

#include "core/base/clock.hpp"
#include "core/model/event.hpp"
#include "core/model/ids.hpp"
#include "core/model/plan.hpp"
#include "core/model/states.hpp"
#include "core/queue/arrival.hpp"
#include "core/queue/replay.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What reading the queue gives: rows as values.
namespace hookd::queue {

struct EventRecord {
    EventId id;
    std::string repository;
    EventKind kind = EventKind::other;
    std::string change;
    std::string ref;
    std::string before;
    std::string after;
    std::string source_type;
    WallTime received_at{};
    std::int64_t runs = 0;        ///< how many were started
    std::int64_t deliveries = 1;  ///< how often it arrived
};

struct EventDetail {
    Event event;
    std::vector<Decision> decisions;
    std::vector<RunId> runs;
    std::vector<std::pair<RunId, Rerun>>
        reruns;  ///< those of `runs` that its arrival did not start
};

/// A delivery without its headers and body.
struct DeliveryRecord {
    DeliveryId id;
    std::string source;
    std::string provider;
    std::string key;
    std::string event;  ///< the provider's own event name
    WallTime received_at{};
    std::string peer;
    Verdict verdict;
    std::int64_t arrivals = 1;  ///< how often this very delivery came
    std::int64_t body_bytes = 0;
    std::vector<EventId> events;  ///< that it brought, also those that were there already
};

struct DeliveryDetail {
    Delivery delivery;
    std::int64_t arrivals = 1;
    std::vector<EventId> events;
    /// Of a refused one: as which it was taken when a person had it read once more.
    std::optional<DeliveryId> taken_as;
};

struct AttemptRecord {
    Fence fence;
    int number = 1;
    WallTime started_at{};
    std::optional<WallTime> ended_at;
    /// success failure error timeout canceled unknown superseded, or lost, returned, stale;
    /// empty while it runs.
    std::string outcome;
    std::string reason;
    std::optional<int> exit_code;
    std::optional<int> signal;
    Milliseconds cpu{};
    std::int64_t peak_memory_bytes = 0;
    std::int64_t log_bytes = 0;
    std::int64_t log_dropped_bytes = 0;
};

struct ActionRecord {
    ActionId id;
    std::string name;
    std::string handler;
    ActionState state = ActionState::blocked;
    std::string reason;  ///< why it is where it is, one line: "needs \"lint\", which failed"
    std::vector<std::string> needs;
    std::vector<AttemptRecord> attempts;
    std::vector<std::pair<std::string, std::string>> outputs;
};

struct RunRecord {
    RunId id;
    EventId event;
    std::string repository;
    std::string rule;
    std::string ref;
    std::string commit;
    RunState state = RunState::queued;
    WallTime created_at{};
    std::optional<WallTime> started_at;
    std::optional<WallTime> finished_at;
    std::optional<Rerun> rerun;  ///< nothing: its event's arrival started it
};

struct RunDetail {
    RunRecord run;
    std::string rule_hash;
    std::vector<ActionRecord> actions;
};

struct Deployment {
    std::string repository;
    std::string environment;
    std::string target;   ///< where to, such as the folder's path
    std::string release;  ///< its name there
    std::string commit;
    RunId run;
    Fence fence;
    WallTime at{};
    std::string state;  ///< live, rolled_back, failed
};

/// Lists are newest first and at most 200 long. `before` continues a list: records older than that
/// one. (Every member has a default, so that a filter can be written with the few that matter.)
struct EventFilter {
    std::string repository{};  ///< empty: all
    std::optional<EventKind> kind{};
    std::optional<WallTime> since{};
    std::optional<EventId> before{};
    std::size_t limit = 50;
};

struct DeliveryFilter {
    std::string source{};       ///< empty: all
    bool only_refused = false;  ///< those whose verdict is not `accepted`
    std::optional<WallTime> since{};
    std::optional<DeliveryId> before{};
    std::size_t limit = 50;
};

struct RunFilter {
    std::string repository{};
    std::optional<RunState> state{};
    std::optional<RunId> before{};
    std::size_t limit = 50;
};

/// Where a ref was when it was last told of.
struct RefSeen {
    std::string ref;        ///< full name, bytes
    std::string object_id;  ///< all zero: gone
    /// Type of the event's source that told of it; empty where the ref was only found there.
    std::string source_type{};
    bool operator==(const RefSeen&) const = default;
};

struct QueueStatus {
    std::int64_t events = 0;
    std::int64_t blocked = 0;
    std::int64_t waiting = 0;
    std::int64_t ready = 0;
    std::int64_t running = 0;
    std::optional<WallTime> oldest_ready;
    std::int64_t stale_refused = 0;  ///< late results refused since this start
};

}  // namespace hookd::queue
