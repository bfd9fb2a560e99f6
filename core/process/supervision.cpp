#include "core/process/supervision.hpp"

#include "core/process/wire.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hookd::process {
namespace {

constexpr Milliseconds k_drain{2'000};
// A process that ends closes its output a little before it is gone.
constexpr Milliseconds k_moment{50};
constexpr Milliseconds k_left_over_grace{500};
constexpr Milliseconds k_grace_without_daemon{2'000};
constexpr Milliseconds k_kill_pause{5};
constexpr Milliseconds k_kill_patience{5'000};
// Longer is no deadline, and must not overflow.
constexpr Milliseconds k_longest{std::chrono::hours(24 * 365)};

std::string counted(std::size_t count, const char* what) {
    return std::to_string(count) + (count == 1 ? " process was " : " processes were ") + what;
}

}  // namespace

Result<Events> Events::open() {
    ::sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) {
        ::sigaddset(&set, signal);
    }
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    Events events{Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)),
                  Fd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK))};
    if (!events.signals.is_open() || !events.timer.is_open()) {
        return fail_errno("cannot make a signalfd and a timerfd");
    }
    return events;
}

Supervision::Supervision(const Command& command, ::pid_t program, int control, Events events,
                         Fd output, CappedLog log)
    : command_(command),
      job_(program),
      control_(control),
      events_(std::move(events)),
      output_(std::move(output)),
      log_(std::move(log)),
      started_(clock_.boot()) {}

Ended Supervision::run() {
    enter(Phase::running, command_.timeout);
    while (phase_ != Phase::over) {
        std::array<::pollfd, 4> ready = {{{events_.signals.get(), POLLIN, 0},
                                          {output_.get(), POLLIN, 0},
                                          {events_.timer.get(), POLLIN, 0},
                                          {daemon_lost_ ? -1 : control_, POLLIN, 0}}};
        if (::poll(ready.data(), ready.size(), -1) < 0) {
            continue;
        }
        if (ready[1].revents != 0) {
            on_output();
        }
        if (ready[0].revents != 0) {
            on_signals();
        }
        if (ready[3].revents != 0) {
            on_control();
        }
        if (ready[2].revents != 0) {
            on_deadline();
        }
    }
    drain_output();
    log_.finish();
    return result();
}

void Supervision::enter(Phase phase, Milliseconds deadline) {
    phase_ = phase;
    deadline_ = clock_.boot() + std::clamp(deadline, Milliseconds{0}, k_longest);
    const auto since_boot = deadline_.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    const ::itimerspec when{
        {0, 0}, {seconds.count(), std::chrono::nanoseconds(since_boot - seconds).count()}};
    ::timerfd_settime(events_.timer.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Supervision::on_output() {
    const ::ssize_t got = ::read(output_.get(), buffer_.data(), buffer_.size());
    if (got > 0) {
        log_.append({buffer_.data(), static_cast<std::size_t>(got)});
    } else if (got == 0) {
        output_.reset();
        if (phase_ == Phase::draining) {
            enter(Phase::draining, k_moment);
        }
    }
}

void Supervision::on_signals() {
    ::signalfd_siginfo info{};
    bool child = false;
    while (::read(events_.signals.get(), &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD) {
            child = true;
        } else {
            end_early(Ended::How::canceled, "the supervisor was told to stop", command_.grace);
        }
    }
    if (child) {
        look_at_job();
    }
}

void Supervision::on_control() {
    char said = 0;
    const ::ssize_t got = ::recv(control_, &said, 1, MSG_DONTWAIT);
    if (got == 1 && said == k_cancel) {
        end_early(Ended::How::canceled, {}, command_.grace);
    } else if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        lose_daemon();
    }
}

void Supervision::on_deadline() {
    std::uint64_t expirations = 0;
    if (::read(events_.timer.get(), &expirations, sizeof expirations) < 0) {
        return;  // another event has set it anew meanwhile
    }
    switch (phase_) {
        case Phase::running:
            return end_early(Ended::How::timeout, {}, command_.grace);
        case Phase::draining:
            return end_left_overs();
        case Phase::ending:
        case Phase::left_over:
            kill_until_ = clock_.boot() + k_kill_patience;
            return kill_round();
        case Phase::killing:
            return kill_round();
        case Phase::over:
            return;
    }
}

void Supervision::look_at_job() {
    const bool main_was_running = phase_ == Phase::running || phase_ == Phase::ending;
    if (wall_ == Milliseconds{} && job_.main_ended()) {
        wall_ = std::max(clock_.boot() - started_, Milliseconds{1});
    }
    if (job_.over()) {
        phase_ = Phase::over;
    } else if (!job_.main_ended()) {
        return;
    } else if (ended_early_ && main_was_running) {
        phase_ = Phase::left_over;  // TERM went to all of them, and the grace is for all
    } else if (main_was_running) {
        enter(Phase::draining, output_.is_open() ? k_drain : k_moment);
    }
}

void Supervision::end_early(Ended::How how, std::string message, Milliseconds grace) {
    if (phase_ != Phase::running) {
        return;
    }
    ended_early_ = true;
    early_.how = how;
    early_.message = std::move(message);
    enter(Phase::ending, grace);
    job_.signal_all(SIGTERM);
    // A stopped process takes no TERM before it goes on.
    job_.signal_all(SIGCONT);
}

void Supervision::end_left_overs() {
    enter(Phase::left_over, k_left_over_grace);
    left_over_ = job_.signal_all(SIGTERM);
    job_.signal_all(SIGCONT);
}

void Supervision::kill_round() {
    const std::size_t seen = job_.signal_all(SIGKILL);
    if (job_.over()) {
        phase_ = Phase::over;
    } else if (clock_.boot() >= kill_until_) {
        survivors_ = seen;
        phase_ = Phase::over;
    } else {
        enter(Phase::killing, k_kill_pause);
    }
}

void Supervision::lose_daemon() {
    daemon_lost_ = true;
    const Milliseconds grace = std::min(command_.grace, k_grace_without_daemon);
    if (phase_ == Phase::running) {
        end_early(Ended::How::canceled, {}, grace);
    } else if (phase_ == Phase::ending || phase_ == Phase::left_over) {
        enter(phase_, std::min(deadline_ - clock_.boot(), grace));
    } else if (phase_ == Phase::draining) {
        end_left_overs();
    }
}

void Supervision::drain_output() {
    // What is in the pipe now. Nobody of the tree writes any more; a stranger who was handed the
    // pipe might, and for ever.
    constexpr int k_most_reads = 256;
    for (int reads = 0; output_.is_open() && reads < k_most_reads; ++reads) {
        const ::ssize_t got = ::read(output_.get(), buffer_.data(), buffer_.size());
        if (got <= 0) {
            return;
        }
        log_.append({buffer_.data(), static_cast<std::size_t>(got)});
    }
}

Ended Supervision::result() const {
    Ended ended = early_;
    ended.exit_code = job_.exit_code();
    ended.signal = job_.signal();
    if (!ended_early_) {
        ended.how = ended.signal != 0 ? Ended::How::signaled : Ended::How::exited;
    }
    const auto note = [&ended](const std::string& text) {
        ended.message += (ended.message.empty() ? "" : "; ") + text;
    };
    if (left_over_ > 0) {
        note(counted(left_over_, "left running and ended"));
    }
    if (survivors_ > 0) {
        note(counted(survivors_, "killed again and again and did not go"));
    }
    if (!log_.problem().empty()) {
        note(log_.problem());
    }
    ended.wall = wall_ == Milliseconds{} ? clock_.boot() - started_ : wall_;
    ended.cpu = job_.cpu();
    ended.peak_memory_bytes = job_.peak_memory_bytes();
    ended.log_bytes = log_.written_bytes();
    ended.log_dropped_bytes = log_.dropped_bytes();
    return ended;
}

}  // namespace hookd::process
