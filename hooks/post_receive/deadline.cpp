#include "hooks/post_receive/deadline.hpp"

#include <sys/time.h>

#include <algorithm>

namespace hookd::hooks {
namespace {

constexpr Milliseconds k_again{20};

::timeval to_timeval(Milliseconds time) {
    return {time.count() / 1000, (time.count() % 1000) * 1000};
}

extern "C" void do_nothing(int /*signal*/) {}

}  // namespace

Deadline::Deadline(Milliseconds total) : end_(clock_.boot() + total) {
    struct ::sigaction action {};
    action.sa_handler = do_nothing;  // and no SA_RESTART: calls must end
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGALRM, &action, &before_);
    const ::itimerval timer{to_timeval(k_again), to_timeval(std::max(total, Milliseconds{1}))};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
}

Deadline::~Deadline() {
    const ::itimerval off{};
    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
}

Milliseconds Deadline::left() const {
    return std::max(std::chrono::duration_cast<Milliseconds>(end_ - clock_.boot()),
                    Milliseconds{0});
}

}  // namespace hookd::hooks
