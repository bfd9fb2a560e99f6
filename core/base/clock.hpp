#pragma once

#include "core/base/result.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

namespace hookd {

using Milliseconds = std::chrono::milliseconds;

/// A moment in civil time, UTC: for showing, for records and for replay windows only.
using WallTime = std::chrono::sys_time<Milliseconds>;

/// A moment on the boot-time clock: for durations and deadlines. It counts while the machine
/// sleeps and never jumps. **Source:** clock_gettime(2), CLOCK_BOOTTIME.
using BootTime = std::chrono::time_point<std::chrono::steady_clock, Milliseconds>;

/// Where time comes from. **Thread:** any.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall() const = 0;
    [[nodiscard]] virtual BootTime boot() const = 0;
};

class RealClock final : public Clock {
  public:
    [[nodiscard]] WallTime wall() const override;
    [[nodiscard]] BootTime boot() const override;
};

/// A clock that moves only when told; starts at 2026-01-01T00:00:00Z. For tests.
class ManualClock final : public Clock {
  public:
    [[nodiscard]] WallTime wall() const override;
    [[nodiscard]] BootTime boot() const override;
    /// Moves both clocks on.
    void advance(Milliseconds by);
    /// Sets civil time alone, as an administrator or NTP would.
    void set_wall(WallTime to);

  private:
    std::atomic<std::int64_t> wall_ms_{1767225600000};
    std::atomic<std::int64_t> boot_ms_{1000};
};

/// "2026-11-23T10:00:01.250Z", always with milliseconds. **Source:** RFC 3339 5.6.
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// Reads any RFC 3339 date-time, with offset; fractions are cut to milliseconds.
/// **Errors:** invalid.
[[nodiscard]] Result<WallTime> from_rfc3339(std::string_view text);

}  // namespace hookd
