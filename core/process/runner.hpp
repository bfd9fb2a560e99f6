#pragma once

#include "core/base/cancel.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/process/command.hpp"
#include "core/process/supervisors.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hookd::process {

struct RunnerSettings {
    /// How long after its own last deadline a supervisor is taken for stuck and is killed.
    Milliseconds patience{15'000};
    /// How many descriptors programs may open, up to the hard limit, which is this process's.
    /// Nothing: as many as this process.
    std::optional<std::uint64_t> open_files = {};
};

/// Runs commands, each under its own `hookd-supervise`: a small process that is the sub-reaper of
/// the tree, pumps its output into the log, and ends the tree on timeout, on cancel, and when the
/// daemon dies. When `run` returns nothing of the tree is left, grandchildren in sessions of
/// their own included (threats.md T049, T051, T057).
///
/// The program runs in a session of its own with descriptors 0 to 2 only, default signals, umask
/// 022 and no core dumps. It has ended when its main process has: what it left running gets two
/// seconds to close the output, then TERM, then KILL.
///
/// The supervisors themselves die only with the whole tree, except by `kill -9`; a process that
/// called become_subreaper() ends what such a one leaves behind.
/// **Thread:** any; `run` blocks its caller.
class Runner {
  public:
    /// `supervisor`: path of the hookd-supervise program. `presence`: a file that each supervisor
    /// holds a shared flock on while it lives; see `wait_for_predecessors`.
    Runner(std::filesystem::path supervisor, std::filesystem::path presence,
           RunnerSettings settings = {});

    /// **Errors:** invalid where the command itself is wrong (no program, a NUL byte); whatever
    /// kept the supervisor from starting. Everything after that is in `Ended::how`.
    [[nodiscard]] Result<Ended> run(const Command& command, const Cancel& cancel) const;

    /// Waits until no supervisor of an earlier daemon is left. **Errors:** timeout.
    /// **Requires:** called before the first `run`.
    [[nodiscard]] Status wait_for_predecessors(Milliseconds timeout) const;

    /// Kills and reaps what dead supervisors left to this process; `run` does it by itself when
    /// its supervisor dies. See Supervisors::end_orphans.
    [[nodiscard]] Status end_orphans() const;

  private:
    [[nodiscard]] Result<Fd> join_presence() const;
    [[nodiscard]] Result<Ended> converse(const Supervisor& supervisor, const Command& command,
                                         const Cancel& cancel) const;

    std::filesystem::path supervisor_;
    std::filesystem::path presence_;
    const RunnerSettings settings_;
    mutable Supervisors supervisors_;
};

}  // namespace hookd::process
