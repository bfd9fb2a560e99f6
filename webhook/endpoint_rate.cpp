#include "webhook/endpoint_rate.hpp"

#include <algorithm>
#include <functional>

namespace hookd::webhook {
namespace {

// Small ones: as many in a minute as somebody who looks into a fault can read. Large ones: 15 MiB
// in a minute.
constexpr config::RateLimit k_refused{60, 120};
constexpr std::uint64_t k_refused_unit_bytes = std::uint64_t{256} << 10;

}  // namespace

std::optional<Milliseconds> EndpointRate::take(const config::RateLimit& limit,
                                               std::string_view body, BootTime now) {
    const std::size_t hash = std::hash<std::string_view>{}(body);
    const bool again = std::find(recent_.begin(), recent_.end(), hash) != recent_.end();
    const auto wait = (again ? again_ : first_).take(limit, now);
    if (!wait && !again) {
        recent_[next_] = hash;
        next_ = (next_ + 1) % recent_.size();
    }
    return wait;
}

bool EndpointRate::may_keep_refused(std::uint64_t bytes, BootTime now) {
    return !refused_.take(k_refused, now, 1 + bytes / k_refused_unit_bytes);
}

}  // namespace hookd::webhook
