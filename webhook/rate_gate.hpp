#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hookd::webhook {

/// Lets so much through in the long run, and so much at once. It holds one time only: when all
/// that was let through will be used up. **Source:** the generic cell rate algorithm, ITU-T I.371.
class RateGate {
  public:
    /// Takes `cost` where there is room for it; else takes nothing and says how long until there
    /// is. What costs more than a whole burst costs the burst.
    [[nodiscard]] std::optional<Milliseconds> take(const config::RateLimit& limit, BootTime now,
                                                   std::uint64_t cost = 1);

  private:
    using FineTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

    FineTime used_up_{};
};

}  // namespace hookd::webhook
