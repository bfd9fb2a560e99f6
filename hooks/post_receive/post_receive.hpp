#pragma once

#include "core/base/clock.hpp"
#include "hooks/post_receive/push_input.hpp"

#include <string>

namespace hookd::hooks {

/// What the program found when git started it.
struct PostReceive {
    std::string program;  ///< argv[0]; hooks to run after us are in the folder `<program>.d`
    Environment environment = nullptr;
    int input = 0;   ///< git's list of refs
    int output = 2;  ///< git sends what is written here to the pusher
    bool sigpipe_was_ignored = false;

    /// All our own waiting; hooks that run after us take the time they need.
    Milliseconds total{5'000};
    /// Of it, for the daemon's answer.
    Milliseconds answer{1'000};
};

/// Records the push in the spool, durably, tells the daemon and the pusher, then runs the hooks
/// that were there before. Recording comes first, so that no other hook can lose it.
///
/// Returns the exit status: that of the first such hook that failed, else 0. What goes wrong with
/// the recording is said to the pusher and changes nothing: the push stands already.
/// **Thread:** the only one of its process. **Source:** githooks(5), post-receive.
[[nodiscard]] int run_post_receive(const PostReceive& call);

}  // namespace hookd::hooks
