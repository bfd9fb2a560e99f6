#pragma once

#include "core/queue/arrival.hpp"

#include <cstddef>
#include <cstdint>

namespace hookd::bench {

/// A push as a forge's webhook brings it, each `number` with its own delivery id, event and ref
/// change: one event, a matched rule, one run with one action. The body has `body_bytes` bytes.
[[nodiscard]] queue::Arrival sample_arrival(std::int64_t number, std::size_t body_bytes);

}  // namespace hookd::bench
