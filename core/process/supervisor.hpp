#pragma once

namespace hookd::process {

/// All of hookd-supervise: takes a command from k_control_fd, runs it, ends what is left of it and
/// answers with an Ended. Returns the exit code: 0 whenever it could answer or nobody listens any
/// more, 2 where it was not started by hookd.
///
/// The tree is ended early by the command's timeout (on the boot-time clock: a sleeping machine
/// counts), by k_cancel, and by TERM, INT or HUP to the supervisor: TERM and CONT to everything,
/// KILL after the grace. Where the daemon is gone (end of file on k_control_fd) the grace is two
/// seconds at most.
[[nodiscard]] int supervise();

}  // namespace hookd::process
