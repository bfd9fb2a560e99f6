#pragma once

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/result.hpp"
#include "core/process/capped_log.hpp"
#include "core/process/command.hpp"
#include "core/process/job.hpp"

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <string>

namespace hookd::process {

/// What a supervisor waits for beside its sockets: signals and one deadline.
struct Events {
    Fd signals;  ///< CHLD, TERM, INT, HUP, which are blocked from here on
    Fd timer;    ///< on the boot-time clock

    [[nodiscard]] static Result<Events> open();
};

/// One program from its start to the end of its tree: a loop over its output, its children, the
/// deadline of the present phase, and what the Runner says.
class Supervision {
  public:
    Supervision(const Command& command, ::pid_t program, int control, Events events, Fd output,
                CappedLog log);

    /// Returns when the tree is gone, or when after some seconds of killing it still is not.
    [[nodiscard]] Ended run();

  private:
    enum class Phase {
        running,
        ending,     ///< TERM was sent, the main process has not ended
        draining,   ///< the main process has ended, others may still write
        left_over,  ///< the main process has ended, TERM was sent to the others
        killing,
        over,
    };

    void enter(Phase phase, Milliseconds deadline);
    void on_output();
    void on_signals();
    void on_control();
    void on_deadline();
    void look_at_job();
    void end_early(Ended::How how, std::string message, Milliseconds grace);
    void end_left_overs();
    void kill_round();
    void lose_daemon();
    void drain_output();
    [[nodiscard]] Ended result() const;

    const Command& command_;
    RealClock clock_;
    Job job_;
    int control_;
    Events events_;
    Fd output_;
    CappedLog log_;
    Phase phase_ = Phase::running;
    BootTime started_;
    BootTime deadline_;
    BootTime kill_until_;
    Milliseconds wall_{};
    bool daemon_lost_ = false;
    std::size_t left_over_ = 0;
    std::size_t survivors_ = 0;
    bool ended_early_ = false;
    Ended early_;  ///< how and why, where ended_early_
    std::array<char, std::size_t{64} << 10> buffer_;
};

}  // namespace hookd::process
