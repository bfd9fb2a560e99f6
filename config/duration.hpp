#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace hookd::config {

/// Reads "30s", "5m", "2h", "1d", "500ms" and sums such as "1h30m", larger units first and each
/// at most once. **Errors:** invalid: anything else, also a bare number, and more than 3650 days.
[[nodiscard]] Result<Milliseconds> parse_duration(std::string_view text);

}  // namespace hookd::config
