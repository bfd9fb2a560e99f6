#include "core/process/job.hpp"

#include "core/process/process_tree.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace hookd::process {
namespace {

std::chrono::microseconds to_duration(const ::timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

bool Job::main_ended() {
    if (!main_ended_) {
        ::siginfo_t info{};
        main_ended_ =
            ::waitid(P_PID, static_cast<::id_t>(main_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == main_;
        (info.si_code == CLD_EXITED ? exit_code_ : signal_) = info.si_status;
    }
    return main_ended_;
}

bool Job::over() {
    const std::size_t others = reap_others();
    if (!main_ended() || others > 0) {
        return false;
    }
    ::rusage usage{};
    if (!main_reaped_) {
        ::wait4(main_, nullptr, 0, &usage);
        count(usage);
        main_reaped_ = true;
    }
    // The list in /proc may miss a child while another one leaves it; the kernel does not.
    for (;;) {
        const ::pid_t pid = ::wait4(-1, nullptr, WNOHANG, &usage);
        if (pid <= 0) {
            return pid < 0;
        }
        count(usage);
    }
}

std::size_t Job::signal_all(int signal) const {
    if (!main_reaped_) {
        ::kill(-main_, signal);
    }
    const auto processes = descendants_of_self();
    for (const Descendant& process : processes) {
        if (main_reaped_ || process.group != main_) {
            send_signal(process, signal);
        }
    }
    return processes.size();
}

std::size_t Job::reap_others() {
    std::size_t left = 0;
    for (const ::pid_t child : children_of(::getpid())) {
        ::rusage usage{};
        if (child == main_) {
            continue;
        }
        if (::wait4(child, nullptr, WNOHANG, &usage) == child) {
            count(usage);
        } else {
            ++left;
        }
    }
    return left;
}

void Job::count(const ::rusage& usage) {
    cpu_ += to_duration(usage.ru_utime) + to_duration(usage.ru_stime);
    peak_memory_bytes_ = std::max(peak_memory_bytes_, std::int64_t{usage.ru_maxrss} * 1024);
}

}  // namespace hookd::process
