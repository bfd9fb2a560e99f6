#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace hookd::config {

/// Reads when something ends: a time as RFC 3339 has it, or a date, which is there to its end:
/// the first moment of the day after it, in UTC. **Errors:** invalid.
[[nodiscard]] Result<WallTime> parse_end_time(std::string_view text);

}  // namespace hookd::config
