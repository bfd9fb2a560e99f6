#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <string_view>
#include <utility>

namespace hookd {

/// Owns a file descriptor and closes it. Every descriptor we open is close-on-exec.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    void reset();

  private:
    int fd_ = -1;
};

struct Pipe {
    Fd read;
    Fd write;
};

/// A pipe whose ends are close-on-exec.
[[nodiscard]] Result<Pipe> make_pipe();

/// An eventfd(2), non-blocking, counting from 0.
[[nodiscard]] Result<Fd> make_event_fd();

/// Makes the eventfd readable. Never blocks. **Thread:** any; safe in a signal handler.
void signal_event_fd(int fd) noexcept;

/// Takes the eventfd's count back to 0.
void drain_event_fd(int fd) noexcept;

/// Writes all of `data`, going on after short writes and EINTR.
[[nodiscard]] Status write_all(int fd, std::string_view data);

/// Waits until `fd` is readable (or at end of file), or `timeout` is over. Negative: for ever.
/// Returns whether it is readable.
[[nodiscard]] Result<bool> wait_readable(int fd, Milliseconds timeout);

}  // namespace hookd
