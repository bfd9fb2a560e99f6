#pragma once

#include "core/base/fd.hpp"

#include <sys/types.h>

#include <vector>

// Who descends from whom, as /proc tells it. Lists are snapshots: what forks meanwhile is missed,
// so whoever wants to end a tree asks again until nothing is left.
namespace hookd::process {

/// Children of all threads of `pid`, zombies included; empty where it is gone.
/// **Source:** proc(5), /proc/pid/task/tid/children.
[[nodiscard]] std::vector<::pid_t> children_of(::pid_t pid);

struct Descendant {
    ::pid_t pid = 0;
    ::pid_t group = 0;
    Fd pidfd;  ///< of this very process, whoever may get its number later (threats.md T057)
};

/// Everything below the calling process that is not a zombie. Only what was seen to have its
/// parent in the tree after its pidfd was opened is in the list.
[[nodiscard]] std::vector<Descendant> descendants_of_self();

/// Everything below and including `child`, which must be a child of the calling process that
/// nobody else reaps meanwhile.
[[nodiscard]] std::vector<Descendant> tree_of_child(::pid_t child);

/// Sends `signal` through the pidfd. What is gone already is no error.
void send_signal(const Descendant& process, int signal);

}  // namespace hookd::process
