#include "core/process/supervisors.hpp"

#include "core/process/process_tree.hpp"
#include "core/process/wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

namespace hookd::process {
namespace {

constexpr Milliseconds k_kill_patience{5'000};
constexpr Milliseconds k_kill_pause{2};

/// What posix_spawn(3) is told beside the program: it has no destructors.
class SpawnPlan {
  public:
    SpawnPlan() {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    void give(const Fd& fd, int number) {
        ::posix_spawn_file_actions_adddup2(&actions_, fd.get(), number);
    }
    void give_null(int number) {
        ::posix_spawn_file_actions_addopen(&actions_, number, "/dev/null", O_WRONLY, 0);
    }
    void own_session_and_default_signals() {
        ::sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }

    [[nodiscard]] Result<::pid_t> spawn(const std::filesystem::path& program) const {
        std::string name = program.filename().string();
        const std::array<char*, 2> arguments = {name.data(), nullptr};
        const std::array<char*, 1> environment = {nullptr};
        ::pid_t pid = 0;
        errno = ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments.data(),
                              environment.data());
        if (errno != 0) {
            return fail_errno("cannot start \"" + program.string() + "\"");
        }
        return pid;
    }

  private:
    ::posix_spawn_file_actions_t actions_;
    ::posix_spawnattr_t attributes_;
};

/// The same description above the numbers that a supervisor gets, so that giving one away does
/// not overwrite another that is still to be given.
Result<Fd> lifted(const Fd& fd) {
    Fd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, k_presence_fd + 1));
    if (!copy.is_open()) {
        return fail_errno("cannot copy a descriptor");
    }
    return copy;
}

std::string how_it_ended(const ::siginfo_t& info) {
    if (info.si_code == CLD_EXITED) {
        return "exited with status " + std::to_string(info.si_status);
    }
    const char* const name = ::sigabbrev_np(info.si_status);
    return "was killed by " + (name != nullptr ? "SIG" + std::string(name)
                                               : "signal " + std::to_string(info.si_status));
}

bool ends_within(const Supervisor& supervisor, Milliseconds patience) {
    return wait_readable(supervisor.pidfd.get(), patience).value_or(false);
}

/// It starts nothing before it was told what, and that is later than this.
Status limit_open_files(::pid_t pid, std::optional<std::uint64_t> open_files) {
    ::rlimit limit{};
    if (!open_files) {
        return {};
    }
    if (::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) == 0) {
        limit.rlim_cur = std::min<::rlim_t>(*open_files, limit.rlim_max);
        if (::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr) == 0) {
            return {};
        }
    }
    return fail_errno("cannot limit the descriptors of a supervisor");
}

}  // namespace

Status become_subreaper() {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return fail_errno("cannot become a sub-reaper");
    }
    return {};
}

Result<Supervisor> Supervisors::start(const std::filesystem::path& program, const Fd& input,
                                      const Fd& presence, std::optional<std::uint64_t> open_files) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return fail_errno("cannot make a socket pair");
    }
    Supervisor supervisor{0, Fd(), Fd(ends[0])};
    const Fd theirs(ends[1]);
    SpawnPlan plan;
    plan.own_session_and_default_signals();
    std::array<Fd, 3> given;
    const std::array<const Fd*, 3> from = {&input, &theirs, &presence};
    constexpr std::array k_numbers = {STDIN_FILENO, k_control_fd, k_presence_fd};
    for (std::size_t i = 0; i < given.size(); ++i) {
        auto copy = lifted(*from[i]);
        if (!copy) {
            return fail(copy.error());
        }
        given[i] = std::move(*copy);
        plan.give(given[i], k_numbers[i]);
    }
    plan.give_null(STDOUT_FILENO);

    const std::lock_guard lock(mutex_);
    const auto pid = plan.spawn(program);
    if (!pid) {
        return fail(pid.error());
    }
    supervisor.pid = *pid;
    supervisor.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    Status ready = supervisor.pidfd.is_open() ? limit_open_files(*pid, open_files)
                                              : fail_errno("cannot open a pidfd");
    if (!ready) {
        ::kill(*pid, SIGKILL);
        ::waitpid(*pid, nullptr, 0);
        return fail(ready.error());
    }
    living_.insert(*pid);
    return supervisor;
}

std::string Supervisors::dismiss(const Supervisor& supervisor, Milliseconds patience) {
    if (!ends_within(supervisor, patience)) {
        ::syscall(SYS_pidfd_send_signal, supervisor.pidfd.get(), SIGKILL, nullptr, 0);
        if (!ends_within(supervisor, k_kill_patience)) {
            return "does not end";  // stays in the list: it is ours for as long as it is there
        }
    }
    const std::lock_guard lock(mutex_);
    ::siginfo_t info{};
    const bool reaped =
        ::waitid(P_PID, static_cast<::id_t>(supervisor.pid), &info, WEXITED | WNOHANG) == 0;
    living_.erase(supervisor.pid);
    return reaped ? how_it_ended(info) : "ended and somebody else took its status";
}

Status Supervisors::end_orphans() {
    int subreaper = 0;
    if (::prctl(PR_GET_CHILD_SUBREAPER, &subreaper) != 0 || subreaper == 0) {
        return {};
    }
    const RealClock clock;
    const BootTime until = clock.boot() + k_kill_patience;
    while (!end_orphans_once()) {
        if (clock.boot() > until) {
            return fail(ErrorCode::timeout, "processes of a dead supervisor do not end");
        }
        std::this_thread::sleep_for(k_kill_pause);
    }
    return {};
}

bool Supervisors::end_orphans_once() {
    const std::lock_guard lock(mutex_);
    bool nothing_left = true;
    for (const ::pid_t child : children_of(::getpid())) {
        if (living_.contains(child)) {
            continue;
        }
        // Also where this one is reaped at once: what it leaves is seen in the next round.
        nothing_left = false;
        if (::waitpid(child, nullptr, WNOHANG) == 0) {
            for (const Descendant& process : tree_of_child(child)) {
                send_signal(process, SIGKILL);
            }
        }
    }
    return nothing_left;
}

}  // namespace hookd::process
