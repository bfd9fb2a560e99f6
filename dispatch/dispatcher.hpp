#pragma once

#include "core/base/cancel.hpp"
#include "core/queue/queue.hpp"
#include "dispatch/attempt.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hookd::dispatch {

struct DispatcherSettings {
    std::size_t slots = 4;
    Milliseconds lease{30'000};
    /// How often leases are renewed and the queue is looked at without being told to.
    Milliseconds heartbeat{5'000};
};

/// Claims ready actions and runs each on one of `slots` threads. One thread claims, for all free
/// slots at once, and keeps the leases; an attempt whose lease could not be renewed in time is
/// canceled before another worker may start it (threats.md T083).
/// **Thread:** `start` and `stop` from one thread.
class Dispatcher {
  public:
    /// **Requires:** `workshop`'s parts outlive the dispatcher.
    Dispatcher(Workshop workshop, queue::NodeId node, DispatcherSettings settings);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    void start();
    /// Claims nothing more, lets what runs end for up to `drain`, cancels the rest and gives it
    /// back to the queue. Returns when every thread has ended.
    void stop(Milliseconds drain);

  private:
    struct Running {
        queue::Claim claim;
        std::unique_ptr<Cancel> cancel;
        bool lease_lost = false;
    };

    void schedule();
    void serve_slot();
    void claim_for_free_slots();
    /// Gives claims to the slots. False where a stop came first: then nobody would serve them.
    [[nodiscard]] bool hand_over(queue::Claimed& claimed, std::size_t wanted);
    void renew_leases();
    void cancel_what_was_not_renewed();
    void run(Running& running);
    void settle(const Running& running, AttemptResult result);
    [[nodiscard]] Status store_result(const std::function<Status()>& store);
    [[nodiscard]] Milliseconds until_next_look() const;

    Workshop workshop_;
    const queue::NodeId node_;
    const DispatcherSettings settings_;

    mutable std::mutex mutex_;
    std::condition_variable wake_scheduler_;
    std::condition_variable wake_slot_;
    std::condition_variable idle_;
    bool ready_ = true;  ///< the queue may have something to claim
    bool stopping_ = false;
    bool closing_ = false;
    std::optional<WallTime> next_due_;
    BootTime last_renewal_{};
    std::deque<std::shared_ptr<Running>> handed_;  ///< claimed, not yet taken by a slot
    std::map<Fence, std::shared_ptr<Running>> running_;

    std::thread scheduler_;
    std::vector<std::thread> slots_;
    queue::Subscription subscription_;  ///< last: its listener uses the above
};

}  // namespace hookd::dispatch
