#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/cancel.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace hookd::process {

/// A program to run under a supervisor of its own.
struct Command {
    /// Program and arguments. A name without '/' is looked up in the PATH of `environment`.
    std::vector<std::string> arguments;
    /// The whole environment, "NAME=value"; nothing is inherited.
    std::vector<std::string> environment;
    std::filesystem::path folder;  ///< working directory
    /// Standard output and error are appended here, in the order written. Standard input is
    /// /dev/null, or `input` where set.
    std::filesystem::path log;
    std::string input;
    /// The log keeps at most this much: the first half and the last half, and between them one
    /// line that says how much was dropped (threats.md T053).
    std::int64_t log_cap_bytes = std::int64_t{64} << 20;
    Milliseconds timeout{30 * 60'000};
    /// Between TERM to the program's processes and KILL of the whole tree.
    Milliseconds grace{10'000};
};

/// How it ended.
struct Ended {
    enum class How {
        exited,
        signaled,  ///< by a signal that was not ours
        timeout,
        canceled,
        not_started,      ///< `message` says why
        supervisor_died,  ///< the tree was killed; the result is not known
    };
    How how = How::exited;
    int exit_code = 0;
    int signal = 0;
    std::string message;
    Milliseconds wall{};
    Milliseconds cpu{};  ///< user and system time of the whole tree that was waited for
    std::int64_t peak_memory_bytes = 0;  ///< the largest process of the tree
    std::int64_t log_bytes = 0;          ///< written by the program
    std::int64_t log_dropped_bytes = 0;
};

/// Runs commands, each under its own `hookd-supervise`: a small process that is the sub-reaper of
/// the tree, pumps its output into the log, and ends the tree on timeout, on cancel, and when the
/// daemon dies. When `run` returns nothing of the tree is left, grandchildren in sessions of
/// their own included (threats.md T049, T051, T057).
/// **Thread:** any; `run` blocks its caller.
class Runner {
  public:
    /// `supervisor`: path of the hookd-supervise program. `presence`: a file that each supervisor
    /// holds a shared flock on while it lives; see `wait_for_predecessors`.
    Runner(std::filesystem::path supervisor, std::filesystem::path presence);

    [[nodiscard]] Result<Ended> run(const Command& command, const Cancel& cancel) const;

    /// Waits until no supervisor of an earlier daemon is left. **Errors:** timeout.
    [[nodiscard]] Status wait_for_predecessors(Milliseconds timeout) const;

  private:
    std::filesystem::path supervisor_;
    std::filesystem::path presence_;
};

}  // namespace hookd::process
