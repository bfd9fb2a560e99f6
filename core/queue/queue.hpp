#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/ids.hpp"
#include "core/model/plan.hpp"
#include "core/model/states.hpp"
#include "core/queue/arrival.hpp"
#include "core/queue/listener.hpp"
#include "core/queue/records.hpp"
#include "core/queue/replay.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace hookd::queue {

/// One worker process's stay. Numbers only grow and are never reused.
using NodeId = NumberId<struct NodeIdTag>;

struct ClaimRequest {
    NodeId node;
    std::size_t most = 1;
    Milliseconds lease{30'000};
};

/// An action that is ours to run until the lease is over, under `fence`.
struct Claim {
    Fence fence;
    ActionId action;
    RunId run;
    EventId event;
    std::string repository;
    std::string rule;
    std::string name;
    std::string handler;
    std::string spec;
    std::string commit;
    int attempt = 1;  ///< 1 for the first
    Milliseconds timeout{};
    std::optional<RerunCause> rerun;  ///< of its run; nothing: its event's arrival started it
    /// Outputs of the actions it needs: action name, key, value.
    std::vector<std::tuple<std::string, std::string, std::string>> inputs;
};

struct Claimed {
    std::vector<Claim> claims;
    /// When the next waiting action becomes ready by time alone; nothing if none does.
    std::optional<WallTime> next_due;
};

/// How an attempt ended.
struct Outcome {
    ActionState state = ActionState::success;  ///< final
    std::string reason;                        ///< one line for people; empty where all is said
    std::optional<int> exit_code;
    std::optional<int> signal;
    Milliseconds cpu{};
    std::int64_t peak_memory_bytes = 0;
    std::int64_t log_bytes = 0;
    std::int64_t log_dropped_bytes = 0;
    std::map<std::string, std::string> outputs;
};

/// What an attempt must know about its lease.
struct Renewal {
    Fence fence;
    bool held =
        false;  ///< false: it is no longer ours; kill the work, its result counts for nothing
    bool canceled = false;  ///< a person or a rule wants it to end
};

struct Recovered {
    std::size_t retried = 0;
    std::size_t unknown = 0;
    std::size_t failed = 0;  ///< lost too often
};

/// The durable queue: the only meeting point of intake, dispatcher and API.
/// Every call that changes something returns (or calls back) after the commit that holds the
/// change is on disk. Promises: docs/queue.md; every engine passes tests/contract/queue.
/// **Errors:** `unavailable` where the change cannot be made durable now (disk full, stopping);
/// then nothing of it is stored. `stale` where a fence is no longer the action's.
/// **Thread:** any, unless it says otherwise. Listeners and `done` are called on the writer's
/// thread and must not block or call a changing function of the queue synchronously.
class Queue {
  public:
    virtual ~Queue() = default;

    /// Stores a delivery with its events and all their runs, in one transaction. A refused one
    /// that is replayed (`Delivery::replay_of`) is taken once: again, it is a duplicate. Where its
    /// key belongs to another body by now, it is stored without one.
    /// **Requires:** its verdict is `accepted`; what it is a replay of is stored and was refused.
    virtual void accept(Arrival arrival, AcceptDone done) = 0;
    /// `accept`, waiting for the commit.
    [[nodiscard]] Result<Accepted> accept_and_wait(Arrival arrival);

    /// Stores a delivery that was not taken, to be looked at. Its key is nobody's: the next
    /// delivery with the same one is not a duplicate of it. Of `unproven` ones, which anybody can
    /// send, only a sample is stored, without bodies: at most k_most_unproven_a_minute, and the
    /// newest k_most_unproven are kept; leaving one out is no error. None keeps an accept waiting:
    /// they are written in the room that accepts leave, and `unavailable` is the answer where too
    /// many wait.
    /// **Requires:** its verdict is not `accepted`.
    virtual void record(Delivery delivery, RecordDone done) = 0;
    /// `record`, waiting for the commit.
    [[nodiscard]] Status record_and_wait(Delivery delivery);
    static constexpr std::int64_t k_most_unproven = 200;
    static constexpr std::int64_t k_most_unproven_a_minute = 20;

    /// Runs a stored event again: makes these runs, in one transaction with who asked for them.
    /// **Errors:** not_found: there is no such event; exists: the key was used for another wish.
    [[nodiscard]] virtual Result<Replayed> replay(const ReplayRequest& request,
                                                  const std::vector<PlannedRun>& runs) = 0;
    /// What was made of the same wish before; nothing where its key is new, or it has none.
    /// **Errors:** exists, as above.
    [[nodiscard]] virtual Result<std::optional<Replayed>> find_replay(
        const ReplayRequest& request) = 0;

    /// A new worker's stay. Its number is higher than any before.
    [[nodiscard]] virtual Result<NodeId> register_node(std::string host) = 0;
    /// Ends what nodes other than `node` held: their attempts are `lost`; actions are run again
    /// or end `unknown` (OnLost), or end `error` after three losses.
    /// **Requires:** nobody works for those nodes any more.
    [[nodiscard]] virtual Result<Recovered> recover(NodeId node) = 0;
    /// The same for attempts whose lease is over, whoever holds them. Leases are judged by the
    /// boot-time clock: setting the time ends none and keeps none (threats.md T087).
    [[nodiscard]] virtual Result<Recovered> expire() = 0;

    /// Ready actions, repositories taking turns, oldest first within one. Each becomes `running`
    /// with an attempt stored before this returns.
    [[nodiscard]] virtual Result<Claimed> claim(const ClaimRequest& request) = 0;
    [[nodiscard]] virtual Result<std::vector<Renewal>> renew(NodeId node,
                                                             std::span<const Fence> fences,
                                                             Milliseconds lease) = 0;
    /// Ends the attempt and its action, and readies or skips what needed it. Telling the same
    /// end again, as after an answer that got lost, is no error and changes nothing.
    /// **Errors:** stale: recorded with the attempt as such, and changes nothing else; invalid
    /// where the outcome's state is not final.
    [[nodiscard]] virtual Status finish(Fence fence, const Outcome& outcome) = 0;
    /// Gives an attempt back uncounted, as at a stop: the action is ready again.
    [[nodiscard]] virtual Status give_back(Fence fence, std::string_view reason) = 0;

    /// Asks an action to end. One that does not run is `canceled` at once; of one that runs, its
    /// worker hears at the next renewal. **Errors:** not_found; stale where it has ended.
    [[nodiscard]] virtual Status cancel(ActionId action, std::string_view reason) = 0;

    /// Records a release that a deploy has made current.
    [[nodiscard]] virtual Status record_deployment(const Deployment& deployment) = 0;

    /// Notes where refs are found, without an event, and sets `mark`, in one transaction. A ref
    /// that an event has told of, or that was noted before, keeps its position.
    [[nodiscard]] virtual Status note_refs(const std::string& repository,
                                           std::span<const RefSeen> refs, const std::string& mark,
                                           WallTime at) = 0;
    [[nodiscard]] virtual Status set_mark(const std::string& name, WallTime at) = 0;

    // Reading: a snapshot as of some recent commit; never waits for the writer.
    [[nodiscard]] virtual Result<std::vector<EventRecord>> events(const EventFilter& filter) = 0;
    [[nodiscard]] virtual Result<EventDetail> event(const EventId& id) = 0;
    [[nodiscard]] virtual Result<std::vector<Delivery>> deliveries_of(const EventId& id) = 0;
    [[nodiscard]] virtual Result<std::vector<DeliveryRecord>> deliveries(
        const DeliveryFilter& filter) = 0;
    [[nodiscard]] virtual Result<DeliveryDetail> delivery(const DeliveryId& id) = 0;
    /// Those of the keys under which a delivery came through `source`: it was taken, or its
    /// sender was proven and it was refused. What only claimed to be its sender's does not count.
    [[nodiscard]] virtual Result<std::set<std::string>> known_keys(
        const std::string& source, std::span<const std::string> keys) = 0;
    [[nodiscard]] virtual Result<std::vector<RunRecord>> runs(const RunFilter& filter) = 0;
    [[nodiscard]] virtual Result<RunDetail> run(RunId id) = 0;
    /// Of one repository, or of all where `repository` is empty; newest first.
    [[nodiscard]] virtual Result<std::vector<Deployment>> deployments(
        const std::string& repository) = 0;
    /// Last seen position of a ref: the commit, or nothing if it was never seen or is gone.
    [[nodiscard]] virtual Result<std::optional<std::string>> ref_position(
        const std::string& repository, const std::string& ref) = 0;
    /// Every ref of the repository that was told of or noted, also those that are gone.
    [[nodiscard]] virtual Result<std::vector<RefSeen>> ref_positions(
        const std::string& repository) = 0;
    /// When what `name` stands for was last marked as done.
    [[nodiscard]] virtual Result<std::optional<WallTime>> mark(const std::string& name) = 0;
    [[nodiscard]] virtual Result<QueueStatus> status() = 0;

    /// Adds a listener, for as long as what is returned lives.
    [[nodiscard]] virtual Subscription subscribe(Listener listener) = 0;
};

}  // namespace hookd::queue
