#include "dispatch/dispatcher.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace hookd::dispatch {
namespace {

constexpr std::string_view k_stopped = "hookd was stopped";
constexpr std::string_view k_lease_lost = "the lease could not be renewed";

}  // namespace

Dispatcher::Dispatcher(Workshop workshop, queue::NodeId node, DispatcherSettings settings)
    : workshop_(std::move(workshop)), node_(node), settings_(settings) {
    subscription_ = workshop_.queue.subscribe([this](std::span<const queue::Change> changes) {
        const bool ready = std::any_of(changes.begin(), changes.end(), [](const auto& change) {
            return change.kind == queue::Change::Kind::ready;
        });
        if (ready) {
            // Who was told and has not claimed since waits for a slot, or is about to claim.
            const std::lock_guard lock(mutex_);
            if (!std::exchange(ready_, true)) {
                wake_scheduler_.notify_one();
            }
        }
    });
}

Dispatcher::~Dispatcher() {
    stop(Milliseconds{0});
}

void Dispatcher::start() {
    last_renewal_ = workshop_.clock.boot();
    slots_.reserve(settings_.slots);
    for (std::size_t i = 0; i < settings_.slots; ++i) {
        slots_.emplace_back([this] { serve_slot(); });
    }
    scheduler_ = std::thread([this] { schedule(); });
}

void Dispatcher::stop(Milliseconds drain) {
    {
        std::unique_lock lock(mutex_);
        if (slots_.empty()) {
            return;
        }
        stopping_ = true;
        wake_scheduler_.notify_one();
        const auto is_idle = [this] { return running_.empty(); };
        if (!is_idle()) {
            workshop_.log.info("running actions may end before the stop",
                               {{"running", std::to_string(running_.size())},
                                {"at_most_ms", std::to_string(drain.count())}});
        }
        if (!idle_.wait_for(lock, drain, is_idle)) {
            for (const auto& [fence, running] : running_) {
                running->cancel->request(std::string(k_stopped));
            }
            // Leases go on being renewed: a handler ends its tree within its grace.
            idle_.wait(lock, is_idle);
        }
        closing_ = true;
        wake_scheduler_.notify_one();
        wake_slot_.notify_all();
    }
    scheduler_.join();
    for (std::thread& slot : slots_) {
        slot.join();
    }
    slots_.clear();
}

void Dispatcher::schedule() {
    std::unique_lock lock(mutex_);
    BootTime next_heartbeat = workshop_.clock.boot() + settings_.heartbeat;
    while (!closing_) {
        const bool may_claim = ready_ && !stopping_ && running_.size() < settings_.slots;
        const BootTime now = workshop_.clock.boot();
        if (!may_claim && now < next_heartbeat) {
            const Milliseconds wait = std::min(next_heartbeat - now, until_next_look());
            wake_scheduler_.wait_for(lock, std::max(wait, Milliseconds{1}));
        }
        if (next_due_ && workshop_.clock.wall() >= *next_due_) {
            next_due_.reset();
            ready_ = true;
        }
        if (closing_) {
            return;
        }
        lock.unlock();
        if (workshop_.clock.boot() >= next_heartbeat) {
            renew_leases();
            next_heartbeat = workshop_.clock.boot() + settings_.heartbeat;
        }
        claim_for_free_slots();
        lock.lock();
    }
}

Milliseconds Dispatcher::until_next_look() const {
    if (!next_due_) {
        return settings_.heartbeat;
    }
    return std::max(std::chrono::duration_cast<Milliseconds>(*next_due_ - workshop_.clock.wall()),
                    Milliseconds{0});
}

void Dispatcher::claim_for_free_slots() {
    queue::ClaimRequest request{node_, 0, settings_.lease};
    {
        const std::lock_guard lock(mutex_);
        if (!ready_ || stopping_ || running_.size() >= settings_.slots) {
            return;
        }
        request.most = settings_.slots - running_.size();
        ready_ = false;
    }
    auto claimed = workshop_.queue.claim(request);
    if (!claimed) {
        // The heartbeat looks again: a full or failing disk is no reason to spin.
        workshop_.log.warning("cannot claim actions", {{"reason", claimed.error().message}});
        return;
    }
    if (!hand_over(*claimed, request.most)) {
        for (const queue::Claim& claim : claimed->claims) {
            if (auto back = workshop_.queue.give_back(claim.fence, k_stopped); !back) {
                workshop_.log.warning("cannot give an action back",
                                      {{"run", claim.run.text()},
                                       {"action", claim.name},
                                       {"reason", back.error().message}});
            }
        }
    }
}

bool Dispatcher::hand_over(queue::Claimed& claimed, std::size_t wanted) {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
        return false;
    }
    next_due_ = claimed.next_due;
    // A full batch says nothing about what is left.
    ready_ = ready_ || claimed.claims.size() == wanted;
    for (queue::Claim& claim : claimed.claims) {
        auto running = std::make_shared<Running>();
        running->claim = std::move(claim);
        running->cancel = std::make_unique<Cancel>();
        running_[running->claim.fence] = running;
        handed_.push_back(std::move(running));
        wake_slot_.notify_one();
    }
    return true;
}

void Dispatcher::renew_leases() {
    std::vector<Fence> fences;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [fence, running] : running_) {
            fences.push_back(fence);
        }
        ready_ = true;  // the poll that stands below every notification
    }
    if (auto expired = workshop_.queue.expire(); expired && expired->retried > 0) {
        workshop_.log.warning("leases ran out", {{"retried", std::to_string(expired->retried)}});
    }
    if (fences.empty()) {
        last_renewal_ = workshop_.clock.boot();
        return;
    }
    const auto renewals = workshop_.queue.renew(node_, fences, settings_.lease);
    if (!renewals) {
        workshop_.log.warning("cannot renew leases", {{"reason", renewals.error().message}});
        cancel_what_was_not_renewed();
        return;
    }
    last_renewal_ = workshop_.clock.boot();
    const std::lock_guard lock(mutex_);
    for (const queue::Renewal& renewal : *renewals) {
        const auto found = running_.find(renewal.fence);
        if (found == running_.end()) {
            continue;
        }
        if (!renewal.held) {
            found->second->lease_lost = true;
            found->second->cancel->request(std::string(k_lease_lost));
        } else if (renewal.canceled) {
            found->second->cancel->request("canceled");
        }
    }
}

void Dispatcher::cancel_what_was_not_renewed() {
    // A third of the lease is left for the trees to end in.
    if (workshop_.clock.boot() - last_renewal_ < settings_.lease * 2 / 3) {
        return;
    }
    const std::lock_guard lock(mutex_);
    for (const auto& [fence, running] : running_) {
        running->lease_lost = true;
        running->cancel->request(std::string(k_lease_lost));
    }
}

void Dispatcher::serve_slot() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_slot_.wait(lock, [this] { return closing_ || !handed_.empty(); });
        if (handed_.empty()) {
            return;
        }
        const std::shared_ptr<Running> next = std::move(handed_.front());
        handed_.pop_front();
        lock.unlock();
        run(*next);
        lock.lock();
        running_.erase(next->claim.fence);
        if (running_.empty()) {
            idle_.notify_all();
        }
        wake_scheduler_.notify_one();
    }
}

void Dispatcher::run(Running& running) {
    AttemptResult result;
    try {
        result = run_attempt(workshop_, running.claim, *running.cancel);
    } catch (const std::exception& problem) {
        // A bug or an exhausted resource ends this attempt, not the daemon.
        result.outcome.state = ActionState::error;
        result.outcome.reason = std::string("internal error: ") + problem.what();
    }
    settle(running, std::move(result));
}

Status Dispatcher::store_result(const std::function<Status()>& store) {
    // A disk that is full for a moment is no reason to lose what an attempt has done. The lease is
    // the bound: beyond it the action is somebody else's.
    const BootTime until = workshop_.clock.boot() + settings_.lease;
    Status stored = store();
    std::unique_lock lock(mutex_);
    while (!stored && stored.error().code == ErrorCode::unavailable &&
           workshop_.clock.boot() < until) {
        idle_.wait_for(lock, settings_.heartbeat / 10);
        lock.unlock();
        stored = store();
        lock.lock();
    }
    return stored;
}

void Dispatcher::settle(const Running& running, AttemptResult result) {
    const queue::Claim& claim = running.claim;
    const bool lease_lost = [this, &running] {
        const std::lock_guard lock(mutex_);
        return running.lease_lost;
    }();
    if (result.deployment) {
        if (auto stored = workshop_.queue.record_deployment(*result.deployment); !stored) {
            workshop_.log.error("cannot record a deployment",
                                {{"run", claim.run.text()}, {"reason", stored.error().message}});
        }
    }
    // Work that was cut short by our own stop is not counted and runs again. A deploy says itself
    // how far it came.
    const handlers::Handler* const handler = handlers::find(claim.handler);
    const bool returns = result.outcome.state == ActionState::canceled && !lease_lost &&
                         running.cancel->reason() == k_stopped && handler != nullptr &&
                         handler->on_lost == OnLost::retry;
    const Status stored = store_result([&] {
        return returns ? workshop_.queue.give_back(claim.fence, k_stopped)
                       : workshop_.queue.finish(claim.fence, result.outcome);
    });
    if (!stored) {
        workshop_.log.warning("an attempt's result was not taken",
                              {{"run", claim.run.text()},
                               {"action", claim.name},
                               {"fence", claim.fence.text()},
                               {"state", std::string(to_text(result.outcome.state))},
                               {"reason", stored.error().message}});
        return;
    }
    workshop_.log.info(returns ? "attempt given back" : "attempt ended",
                       {{"repository", claim.repository},
                        {"run", claim.run.text()},
                        {"rule", claim.rule},
                        {"action", claim.name},
                        {"attempt", std::to_string(claim.attempt)},
                        {"state", std::string(to_text(result.outcome.state))},
                        {"reason", result.outcome.reason}});
}

}  // namespace hookd::dispatch
