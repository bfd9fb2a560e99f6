#include "core/process/runner.hpp"

#include "core/process/wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

namespace hookd::process {
namespace {

constexpr Milliseconds k_lock_pause{10};
constexpr Milliseconds k_longest{std::chrono::hours(24 * 365)};

Status check(const Command& command) {
    if (command.arguments.empty() || command.arguments.front().empty()) {
        return fail(ErrorCode::invalid, "the command names no program");
    }
    const auto holds_nul = [](const std::string& text) {
        return text.find('\0') != std::string::npos;
    };
    if (std::ranges::any_of(command.arguments, holds_nul) ||
        std::ranges::any_of(command.environment, holds_nul)) {
        return fail(ErrorCode::invalid, "an argument or a variable of \"" +
                                            command.arguments.front() + "\" holds a NUL byte");
    }
    return {};
}

/// What the program reads: a sealed file in memory, so that it needs nobody to write it.
Result<Fd> open_input(const std::string& input) {
    if (input.empty()) {
        Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!null.is_open()) {
            return fail_errno("cannot open \"/dev/null\"");
        }
        return null;
    }
    Fd file(::memfd_create("hookd-input", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file.is_open()) {
        return fail_errno("cannot make a file in memory");
    }
    if (auto written = write_all(file.get(), input); !written) {
        return fail(written.error());
    }
    if (::fcntl(file.get(), F_ADD_SEALS,
                F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0 ||
        ::lseek(file.get(), 0, SEEK_SET) != 0) {
        return fail_errno("cannot seal a file in memory");
    }
    return file;
}

Result<Fd> lock_file(const std::filesystem::path& path, int kind, Milliseconds timeout) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        return fail_errno("cannot open \"" + path.string() + "\"");
    }
    const RealClock clock;
    const BootTime until = clock.boot() + std::min(timeout, k_longest);
    while (::flock(file.get(), kind | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail_errno("cannot lock \"" + path.string() + "\"");
        }
        if (clock.boot() >= until) {
            return fail(ErrorCode::timeout, "\"" + path.string() + "\" is locked by others");
        }
        std::this_thread::sleep_for(k_lock_pause);
    }
    return file;
}

/// Waits for the answer and passes a cancel on. **Errors:** timeout where the supervisor says
/// nothing for `patience` after the last of its own deadlines; any other where it is gone.
Result<Ended> await_answer(int control, const Command& command, const Cancel& cancel,
                           Milliseconds patience) {
    const RealClock clock;
    const Milliseconds to_end = std::clamp(command.grace, Milliseconds{0}, k_longest) + patience;
    BootTime until =
        clock.boot() + std::clamp(command.timeout, Milliseconds{0}, k_longest) + to_end;
    bool canceled = false;
    for (;;) {
        std::array<::pollfd, 2> ready = {
            {{control, POLLIN, 0}, {canceled ? -1 : cancel.fd(), POLLIN, 0}}};
        const auto left = std::clamp<std::int64_t>((until - clock.boot()).count(), 0, 1 << 30);
        if (::poll(ready.data(), ready.size(), static_cast<int>(left)) < 0) {
            continue;
        }
        if (ready[0].revents != 0) {
            const auto frame = receive_frame(control);
            return frame ? decode_ended(*frame) : fail(frame.error());
        }
        if (ready[1].revents != 0) {
            canceled = true;
            until = std::min(until, clock.boot() + to_end);
            ::send(control, &k_cancel, 1, MSG_NOSIGNAL);
        }
        if (clock.boot() >= until) {
            return fail(ErrorCode::timeout, "did not answer");
        }
    }
}

Ended canceled(const Cancel& cancel, Ended ended = {}) {
    ended.how = Ended::How::canceled;
    const std::string reason = cancel.reason();
    ended.message = reason + (reason.empty() || ended.message.empty() ? "" : "; ") + ended.message;
    return ended;
}

}  // namespace

Runner::Runner(std::filesystem::path supervisor, std::filesystem::path presence,
               RunnerSettings settings)
    : supervisor_(std::move(supervisor)), presence_(std::move(presence)), settings_(settings) {}

Result<Ended> Runner::run(const Command& command, const Cancel& cancel) const {
    if (auto checked = check(command); !checked) {
        return fail(checked.error());
    }
    if (cancel.requested()) {
        return canceled(cancel);
    }
    const auto input = open_input(command.input);
    if (!input) {
        return fail(input.error());
    }
    auto presence = join_presence();
    if (!presence) {
        return fail(presence.error());
    }
    const auto supervisor =
        supervisors_.start(supervisor_, *input, *presence, settings_.open_files);
    presence->reset();
    if (!supervisor) {
        return fail(supervisor.error());
    }
    auto ended = converse(*supervisor, command, cancel);
    const bool gone = ended || ended.error().code == ErrorCode::unavailable;
    const std::string how =
        supervisors_.dismiss(*supervisor, gone ? settings_.patience : Milliseconds{0});
    if (!gone && ended.error().code != ErrorCode::timeout) {
        return ended;
    }
    if (!ended) {
        ended = Ended{};
        ended->how = Ended::How::supervisor_died;
        ended->message = "hookd-supervise " + (gone ? how : "did not answer");
        if (auto cleared = end_orphans(); !cleared) {
            ended->message += "; " + cleared.error().message;
        }
    }
    if (ended->how == Ended::How::canceled) {
        return canceled(cancel, std::move(*ended));
    }
    return ended;
}

Result<Ended> Runner::converse(const Supervisor& supervisor, const Command& command,
                               const Cancel& cancel) const {
    if (auto sent = send_frame(supervisor.control.get(), encode(command)); !sent) {
        return fail(sent.error());
    }
    return await_answer(supervisor.control.get(), command, cancel, settings_.patience);
}

Result<Fd> Runner::join_presence() const {
    // Held exclusively only for the moment in which a daemon looks for predecessors.
    constexpr Milliseconds k_moment{5'000};
    return lock_file(presence_, LOCK_SH, k_moment);
}

Status Runner::wait_for_predecessors(Milliseconds timeout) const {
    const auto locked = lock_file(presence_, LOCK_EX, timeout);
    if (!locked) {
        return fail(locked.error().in("waiting for what an earlier hookd had started"));
    }
    return {};
}

Status Runner::end_orphans() const {
    return supervisors_.end_orphans();
}

}  // namespace hookd::process
