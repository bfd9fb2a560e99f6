#include "hooks/hook_marker.hpp"
#include "hooks/post_receive/post_receive.hpp"

#include <signal.h>
#include <unistd.h>

#include <exception>
#include <string_view>

namespace {

void print_line(int to, std::string_view text) {
    // A hook cannot do anything about a reader that is gone.
    [[maybe_unused]] const auto written = ::write(to, text.data(), text.size());
}

/// Writing to a client that is gone must not kill us. Returns whether it was so already.
bool ignore_sigpipe() {
    struct ::sigaction ignore {};
    struct ::sigaction before {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    return before.sa_handler == SIG_IGN;
}

}  // namespace

/// What git runs after a push has moved refs. `--version` tells what it is.
int main(int argc, char** argv) {
    const bool sigpipe_was_ignored = ignore_sigpipe();
    if (argc > 1 && std::string_view(argv[1]) == "--version") {
        print_line(STDOUT_FILENO, hookd::hooks::k_post_receive_marker);
        print_line(STDOUT_FILENO, "\n");
        return 0;
    }
    try {
        hookd::hooks::PostReceive call;
        call.program = argc > 0 ? argv[0] : "post-receive";
        call.environment = environ;
        call.sigpipe_was_ignored = sigpipe_was_ignored;
        return hookd::hooks::run_post_receive(call);
    } catch (const std::exception&) {
        print_line(STDERR_FILENO, "hookd: out of memory; the push itself stands\n");
        return 0;
    }
}
