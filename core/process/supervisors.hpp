#pragma once

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/result.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace hookd::process {

/// Makes this process the one that inherits what a killed supervisor leaves behind, so that a
/// Runner can end it. **Requires:** the process has no other children than those of one Runner:
/// each one that this Runner does not know is taken for an orphan and killed.
/// **Source:** prctl(2), PR_SET_CHILD_SUBREAPER.
[[nodiscard]] Status become_subreaper();

/// A hookd-supervise that was started and not yet waited for.
struct Supervisor {
    ::pid_t pid = 0;
    Fd pidfd;
    Fd control;  ///< our end of the socket; closing it makes the supervisor end its tree
};

/// The supervisors of this process that live. **Thread:** any.
class Supervisors {
  public:
    /// Starts `program` with `input` as its standard input and `presence` at its number. It gets
    /// a session, an empty environment, and no other descriptor but standard error; it and what it
    /// starts may open `open_files` descriptors, or as many as this process.
    [[nodiscard]] Result<Supervisor> start(const std::filesystem::path& program, const Fd& input,
                                           const Fd& presence,
                                           std::optional<std::uint64_t> open_files);

    /// Waits for its end, at most `patience`, then kills it; reaps and forgets it. Says how it
    /// ended: "exited with status 0", "was killed by SIGKILL".
    [[nodiscard]] std::string dismiss(const Supervisor& supervisor, Milliseconds patience);

    /// Kills and reaps what dead supervisors left to this process. Does nothing in a process that
    /// is no sub-reaper. **Errors:** timeout where something would not die within a few seconds.
    [[nodiscard]] Status end_orphans();

  private:
    /// One round; whether nothing was left to kill.
    bool end_orphans_once();

    // Held while a child is started and recorded, and while one is reaped and forgotten: nobody
    // ever sees a supervisor that is not in the list.
    std::mutex mutex_;
    std::set<::pid_t> living_;
};

}  // namespace hookd::process
