#pragma once

#include "core/http/server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hookd::http {

/// Until when a body may take: whole within its time, and after a grace at no less than the
/// minimum rate since it began. **Source:** threats.md T014.
class BodyDeadline {
  public:
    using Time = std::chrono::steady_clock::time_point;

    BodyDeadline(const Limits& limits, Time began)
        : whole_(began + limits.body_time),
          grace_(began + limits.body_grace),
          bytes_per_second_(limits.body_bytes_per_second) {}

    /// With so many bytes of the body here.
    [[nodiscard]] Time with(std::uint64_t received) const {
        const std::chrono::seconds earned(received / bytes_per_second_);
        return std::min(whole_, grace_ + earned);
    }

  private:
    Time whole_;
    Time grace_;
    std::uint64_t bytes_per_second_;
};

}  // namespace hookd::http
