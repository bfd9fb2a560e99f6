#include "reconcile/lane.hpp"

#include <algorithm>
#include <exception>

namespace hookd::reconcile {
namespace {

/// So often the timer's length is read again: a reload may have changed it.
constexpr std::chrono::minutes k_longest_sleep{1};

}  // namespace

Lane::Lane(const config::Current& current, Log& log, Work work)
    : current_(current), log_(log), work_(std::move(work)) {}

Lane::~Lane() {
    stop();
}

void Lane::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Lane::stop() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

bool Lane::ask(const std::string& repository, std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= k_most_waiting) {
        return false;
    }
    waiting_.push_back({repository, ticket});
    wake_.notify_all();
    return true;
}

std::uint64_t Lane::finished() const {
    const std::lock_guard lock(mutex_);
    return finished_;
}

void Lane::wait(Milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, time, [] { return false; });
}

void Lane::again_in(Milliseconds time) {
    const auto at = std::chrono::steady_clock::now() + time;
    again_at_ = again_at_ ? std::min(*again_at_, at) : at;
}

void Lane::run(const std::stop_token& stop) {
    Job job;
    while (next(job, stop)) {
        work(job, stop);
        const std::lock_guard lock(mutex_);
        finished_ = std::max(finished_, job.ticket);
    }
}

bool Lane::is_time(std::chrono::steady_clock::time_point now) {
    const auto every = current_.get()->server.reconcile_every;
    if (every && (!last_ || now - *last_ >= *every)) {
        last_ = now;
        return true;
    }
    if (again_at_ && now >= *again_at_) {
        again_at_.reset();
        return true;
    }
    return false;
}

bool Lane::next(Job& job, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (!waiting_.empty()) {
            job = waiting_.front();
            waiting_.pop_front();
            return true;
        }
        const auto now = std::chrono::steady_clock::now();
        if (is_time(now)) {
            job = {};
            return true;
        }
        const auto every = current_.get()->server.reconcile_every;
        std::chrono::steady_clock::duration sleep = k_longest_sleep;
        if (every && last_) {
            sleep = std::min<std::chrono::steady_clock::duration>(sleep, *last_ + *every - now);
        }
        if (again_at_) {
            sleep = std::min<std::chrono::steady_clock::duration>(sleep, *again_at_ - now);
        }
        wake_.wait_for(lock, stop, sleep, [this] { return !waiting_.empty(); });
    }
    return false;
}

void Lane::work(const Job& job, const std::stop_token& stop) {
    try {
        work_(job, stop);
    } catch (const std::exception& bug) {
        log_.error("a comparison failed", {{"reason", bug.what()}});
    }
}

}  // namespace hookd::reconcile
