#pragma once

#include "core/base/clock.hpp"

#include <signal.h>

namespace hookd::hooks {

/// The end of all our own waiting. While it lives, a blocking call that goes on past the end
/// returns with EINTR: a timer then fires every few milliseconds, so that a signal that comes
/// just before such a call is followed by another. One at a time per process; children that are
/// started while it lives do not inherit the timer. **Source:** setitimer(2).
class Deadline {
  public:
    explicit Deadline(Milliseconds total);
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline();

    [[nodiscard]] bool is_over() const { return left() == Milliseconds{0}; }
    /// Not below 0.
    [[nodiscard]] Milliseconds left() const;

  private:
    RealClock clock_;
    BootTime end_;
    struct ::sigaction before_ {};
};

}  // namespace hookd::hooks
