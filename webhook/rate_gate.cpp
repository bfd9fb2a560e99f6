#include "webhook/rate_gate.hpp"

#include <algorithm>

namespace hookd::webhook {

std::optional<Milliseconds> RateGate::take(const config::RateLimit& limit, BootTime now,
                                           std::uint64_t cost) {
    constexpr std::chrono::nanoseconds k_minute = std::chrono::minutes(1);
    const std::chrono::nanoseconds each = k_minute / std::max(limit.per_minute, 1U);
    const std::chrono::nanoseconds burst = each * limit.burst;
    const auto charged = static_cast<std::int64_t>(std::min<std::uint64_t>(cost, limit.burst));
    // A limit that a reload made smaller holds at once: nobody is in debt for more than a burst.
    used_up_ = std::clamp<FineTime>(used_up_, now, now + burst);
    const FineTime next = used_up_ + each * charged;
    if (next > now + burst) {
        return std::chrono::ceil<Milliseconds>(next - burst - now);
    }
    used_up_ = next;
    return std::nullopt;
}

}  // namespace hookd::webhook
