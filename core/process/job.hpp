#pragma once

#include "core/base/clock.hpp"

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hookd::process {

/// A running program and all its descendants, as their sub-reaper sees them. The main process is
/// reaped after all others: until then its number, which is its group's number too, cannot become
/// a stranger's (threats.md T057).
/// **Requires:** the calling process is a sub-reaper and has no other child.
class Job {
  public:
    explicit Job(::pid_t main) : main_(main) {}

    [[nodiscard]] bool main_ended();
    /// Of the main process. 0 before it has ended.
    [[nodiscard]] int exit_code() const { return exit_code_; }
    /// That ended the main process; 0 where none did.
    [[nodiscard]] int signal() const { return signal_; }

    /// Reaps what has ended. Whether that was everything: the main process and all that descends
    /// from it.
    [[nodiscard]] bool over();

    /// Sends `signal` to everything there is at this moment, the main process's group first and
    /// at once. Returns how many processes were seen.
    std::size_t signal_all(int signal) const;

    /// Of all that were reaped, here or by their parents.
    [[nodiscard]] Milliseconds cpu() const {
        return std::chrono::duration_cast<Milliseconds>(cpu_);
    }
    [[nodiscard]] std::int64_t peak_memory_bytes() const { return peak_memory_bytes_; }

  private:
    /// Reaps other processes than the main one; how many of our children are left beside it.
    std::size_t reap_others();
    void count(const ::rusage& usage);

    ::pid_t main_;
    bool main_ended_ = false;
    bool main_reaped_ = false;
    int exit_code_ = 0;
    int signal_ = 0;
    std::chrono::microseconds cpu_{};
    std::int64_t peak_memory_bytes_ = 0;
};

}  // namespace hookd::process
