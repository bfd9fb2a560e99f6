#include "core/base/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace hookd {
namespace {

constexpr std::int64_t k_longest_poll_ms = 1'000'000'000;
constexpr Milliseconds k_longest_wait = std::chrono::hours(24 * 365 * 100);

}  // namespace

tl::unexpected<Error> fail_errno(std::string what) {
    const int number = errno;
    ErrorCode code = ErrorCode::failed;
    if (number == ENOENT || number == ENOTDIR) {
        code = ErrorCode::not_found;
    } else if (number == EACCES || number == EPERM) {
        code = ErrorCode::denied;
    } else if (number == EEXIST) {
        code = ErrorCode::exists;
    } else if (number == ENOSPC || number == EDQUOT) {
        code = ErrorCode::unavailable;
    }
    return fail(code, std::move(what) + ": " + ::strerrordesc_np(number));
}

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void Fd::reset() {
    if (fd_ >= 0) {
        // Linux has released the descriptor also where close(2) reports EINTR.
        ::close(std::exchange(fd_, -1));
    }
}

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return fail_errno("cannot make a pipe");
    }
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

Result<Fd> make_event_fd() {
    Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event.is_open()) {
        return fail_errno("cannot make an eventfd");
    }
    return event;
}

void signal_event_fd(int fd) noexcept {
    const std::uint64_t one = 1;
    // EAGAIN means the counter is full: it is readable already.
    [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

void drain_event_fd(int fd) noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(fd, &count, sizeof count);
}

Status write_all(int fd, std::string_view data) {
    while (!data.empty()) {
        const ::ssize_t written = ::write(fd, data.data(), data.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return fail_errno("cannot write");
        }
        data.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<bool> wait_readable(int fd, Milliseconds timeout) {
    const RealClock clock;
    const bool for_ever = timeout.count() < 0;
    const BootTime until = clock.boot() + std::clamp(timeout, Milliseconds{0}, k_longest_wait);
    for (;;) {
        ::pollfd entry{fd, POLLIN, 0};
        const auto left = std::max(until - clock.boot(), Milliseconds{0});
        // poll(2) takes an int: a longer wait is made of several.
        const auto step = static_cast<int>(std::min<std::int64_t>(left.count(), k_longest_poll_ms));
        const int ready = ::poll(&entry, 1, for_ever ? -1 : step);
        if (ready > 0) {
            return true;
        }
        if (ready == 0 && left.count() <= k_longest_poll_ms) {
            return false;
        }
        if (ready < 0 && errno != EINTR) {
            return fail_errno("cannot poll");
        }
    }
}

}  // namespace hookd
