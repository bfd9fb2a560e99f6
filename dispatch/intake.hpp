#pragma once

#include "config/current.hpp"
#include "core/base/log.hpp"
#include "core/queue/arrival.hpp"
#include "core/queue/queue.hpp"
#include "dispatch/plan.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hookd::dispatch {

/// A delivery with its events and what the rules in force make of them. At most
/// `limits.actions_per_push` actions come of one delivery: runs beyond it are not made, and
/// their decisions say so (threats.md T034).
[[nodiscard]] queue::Arrival plan_arrival(queue::Delivery delivery, std::vector<Event> events,
                                          const config::Configuration& configuration,
                                          const AskPaths& ask_paths);

/// Whether planning `event` may have to ask its repository which paths changed.
[[nodiscard]] bool may_ask_paths(const Event& event, const config::Configuration& configuration);

/// What every door's deliveries go through: planned against the rules in force, then stored with
/// their runs in one transaction. Planning is pure, so it is done on the caller's thread; only
/// where a repository must be asked does it hop to a thread of its own.
/// **Thread:** any.
class Intake {
  public:
    /// Has a repository's refs compared with what is known. **Thread:** any; must not block.
    using AskCompare = std::function<void(const std::string& repository)>;

    /// **Requires:** everything outlives the intake; log and what `compare` calls, the queue too.
    Intake(queue::Queue& queue, const config::Current& current, Log& log, AskCompare compare = {});
    /// Waits for what is being planned; what is only waiting is answered `unavailable`.
    ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    /// See queue::Intake.
    void take(queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done);

  private:
    struct Waiting {
        queue::Delivery delivery;
        std::vector<Event> events;
        queue::AcceptDone done;
    };

    void accept(queue::Arrival arrival, queue::AcceptDone done);
    void plan_waiting();

    queue::Queue& queue_;
    const config::Current& current_;
    Log& log_;
    const AskCompare compare_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> waiting_;
    bool stopping_ = false;
    std::thread planner_;
};

}  // namespace hookd::dispatch
