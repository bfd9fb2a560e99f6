#pragma once

#include "core/base/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

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
    /// The log keeps at most this much of the output: the first half and the last half, and
    /// between them one line that says how much was dropped. The first half can be read while it
    /// is written; what comes after it appears when the program has ended (threats.md T053).
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
    int exit_code = 0;  ///< as it exited, also after a timeout or a cancel that it obeyed
    int signal = 0;     ///< that ended it, also ours
    /// Of `not_started`, `canceled` and `supervisor_died`: why. Otherwise empty, or what a person
    /// should know beside the result: "2 processes were left over and were ended".
    std::string message;
    Milliseconds wall{};  ///< until the program's main process ended
    Milliseconds cpu{};   ///< user and system time of the whole tree that was waited for
    std::int64_t peak_memory_bytes = 0;  ///< the largest process of the tree
    std::int64_t log_bytes = 0;          ///< written by the program
    std::int64_t log_dropped_bytes = 0;

    bool operator==(const Ended&) const = default;
};

}  // namespace hookd::process
