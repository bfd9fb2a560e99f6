#pragma once

#include "core/base/clock.hpp"
#include "core/http/body_deadline.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hookd::http {

/// What a connection is at. idle: no byte of a request yet; answer: the service has the request.
enum class Phase { handshake, idle, head, body, answer, write, stream, linger };

/// Keeps what a connection is at, and until when it may be. **Thread:** one at a time.
class PhaseClock {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// The next phase, with so much time; without one it may take as long as it likes.
    void enter(Phase phase, std::optional<Milliseconds> time) {
        phase_ = phase;
        expired_ = false;
        deadline_ = time ? std::chrono::steady_clock::now() + *time : k_never;
    }
    /// The body comes, and so much of it is here: its time depends on that.
    void enter_body(const Limits& limits, std::uint64_t received) {
        if (phase_ != Phase::body) {
            enter(Phase::body, std::nullopt);
            body_.emplace(limits, std::chrono::steady_clock::now());
        }
        deadline_ = body_->with(received);
    }
    /// Looks whether the time of the phase is over; true once.
    [[nodiscard]] bool expire(Time now) {
        if (now < deadline_) {
            return false;
        }
        deadline_ = k_never;
        expired_ = true;
        return true;
    }

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] bool has_expired() const { return expired_; }

  private:
    static constexpr Time k_never = Time::max();

    Phase phase_ = Phase::idle;
    Time deadline_ = k_never;
    std::optional<BodyDeadline> body_;
    bool expired_ = false;
};

}  // namespace hookd::http
