#include "dispatch/intake.hpp"

#include "dispatch/repository_paths.hpp"

#include <algorithm>

namespace hookd::dispatch {
namespace {

/// Deliveries that may wait for a repository to be read; beyond it senders are asked to come again.
constexpr std::size_t k_most_waiting = 1000;

void tell(Log& log, const queue::Accepted& accepted, const std::string& delivery,
          const std::string& source) {
    if (accepted.suspicious) {
        log.warning("a delivery has the body of an earlier one under another id",
                    {{"delivery", delivery}, {"source", source}});
    }
    for (const queue::StartedRun& run : accepted.reruns) {
        log.info("a redelivery runs a rule again", {{"delivery", delivery},
                                                    {"source", source},
                                                    {"rule", run.rule},
                                                    {"run", run.id.text()}});
    }
}

void ask(const Intake::AskCompare& compare, const std::vector<std::string>& repositories) {
    for (const std::string& repository : repositories) {
        if (compare) {
            compare(repository);
        }
    }
}

}  // namespace

bool may_ask_paths(const Event& event, const config::Configuration& configuration) {
    if (!event.is_ref_change() || event.paths_complete) {
        return false;
    }
    const config::Repository* const repository = configuration.find(event.repository);
    return repository != nullptr && !repository->path.empty() &&
           std::any_of(repository->rules.begin(), repository->rules.end(),
                       [](const config::Rule& rule) {
                           return rule.on.push && !rule.on.push->paths.empty();
                       });
}

queue::Arrival plan_arrival(queue::Delivery delivery, std::vector<Event> events,
                            const config::Configuration& configuration, const AskPaths& ask_paths) {
    const std::size_t most = configuration.server.limits.actions_per_push;
    std::size_t actions = 0;
    queue::Arrival arrival{std::move(delivery), {}};
    arrival.events.reserve(events.size());
    for (Event& event : events) {
        Plan plan;
        const config::Repository* const repository = configuration.find(event.repository);
        if (repository != nullptr) {
            plan = make_plan(event, *repository, ask_paths);
        }
        limit_actions(plan, most, actions);
        const bool is_comparable =
            repository != nullptr && (!repository->path.empty() || repository->clone);
        arrival.events.push_back({std::move(event), std::move(plan), is_comparable});
    }
    return arrival;
}

Intake::Intake(queue::Queue& queue, const config::Current& current, Log& log, AskCompare compare)
    : queue_(queue), current_(current), log_(log), compare_(std::move(compare)), planner_([this] {
          plan_waiting();
      }) {}

Intake::~Intake() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    planner_.join();
    for (Waiting& waiting : waiting_) {
        waiting.done(fail(ErrorCode::unavailable, "stopping"));
    }
}

void Intake::take(queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done) {
    const auto rules = current_.get();
    const bool asks = std::any_of(events.begin(), events.end(), [&rules](const Event& event) {
        return may_ask_paths(event, *rules);
    });
    if (!asks) {
        accept(plan_arrival(std::move(delivery), std::move(events), *rules, {}), std::move(done));
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && waiting_.size() < k_most_waiting) {
            waiting_.push_back({std::move(delivery), std::move(events), std::move(done)});
            done = nullptr;
        }
    }
    if (done) {
        done(fail(ErrorCode::unavailable, "too many deliveries wait for their repository"));
        return;
    }
    wake_.notify_one();
}

void Intake::accept(queue::Arrival arrival, queue::AcceptDone done) {
    std::string id = arrival.delivery.id.text();
    std::string source = arrival.delivery.source;
    // What is stored while hookd stops is answered when we are gone.
    queue_.accept(std::move(arrival),
                  [log = &log_, compare = compare_, id = std::move(id), source = std::move(source),
                   done = std::move(done)](Result<queue::Accepted> accepted) {
                      if (accepted) {
                          tell(*log, *accepted, id, source);
                          ask(compare, accepted->to_compare);
                      }
                      done(std::move(accepted));
                  });
}

void Intake::plan_waiting() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        const auto rules = current_.get();
        const AskPaths ask = [this, &rules](const Event& event) {
            return paths_from_repository(*rules, event, &log_);
        };
        accept(plan_arrival(std::move(next.delivery), std::move(next.events), *rules, ask),
               std::move(next.done));
        lock.lock();
    }
}

}  // namespace hookd::dispatch
