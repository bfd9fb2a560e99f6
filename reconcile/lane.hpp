#pragma once

#include "config/configuration.hpp"
#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace hookd::reconcile {

/// Comparisons of one kind, one after the other on a thread of their own, so that those that wait
/// for another machine hold up none that do not. Each is made when asked for, and of all
/// repositories at the start and by the timer of the configuration.
/// **Thread:** any.
class Lane {
  public:
    /// What is to be done now.
    struct Job {
        std::string repository;    ///< empty: all
        std::uint64_t ticket = 0;  ///< 0: the timer asks
    };
    using Work = std::function<void(const Job&, const std::stop_token&)>;
    static constexpr std::size_t k_most_waiting = 100;

    /// **Requires:** `current` and `log` outlive it.
    Lane(const config::Current& current, Log& log, Work work);
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
    ~Lane();

    /// Starts the thread.
    void start();
    /// Ends the thread; what is under way ends at its next look at the stop token.
    void stop();
    /// Has `repository` compared, or all where it is empty, as number `ticket`. Numbers grow.
    /// False where too much waits already.
    [[nodiscard]] bool ask(const std::string& repository, std::uint64_t ticket);
    /// Everything up to this number is over.
    [[nodiscard]] std::uint64_t finished() const;
    /// Waits for `time`, or until `stop`. **Requires:** on the lane's thread.
    void wait(Milliseconds time, const std::stop_token& stop);
    /// Has all done again after `time`, whatever the timer says. **Requires:** on the lane's
    /// thread.
    void again_in(Milliseconds time);

  private:
    void run(const std::stop_token& stop);
    /// The next to do. False where we are to stop.
    [[nodiscard]] bool next(Job& job, const std::stop_token& stop);
    /// Whether the timer, or what `again_in` has set, is over.
    [[nodiscard]] bool is_time(std::chrono::steady_clock::time_point now);
    void work(const Job& job, const std::stop_token& stop);

    const config::Current& current_;
    Log& log_;
    const Work work_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Job> waiting_;
    std::uint64_t finished_ = 0;
    /// When all were last compared by themselves; nothing before the first time.
    std::optional<std::chrono::steady_clock::time_point> last_;
    std::optional<std::chrono::steady_clock::time_point> again_at_;
    std::jthread thread_;
};

}  // namespace hookd::reconcile
