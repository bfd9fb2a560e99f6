#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace hookd::hookctl {

/// A time as a person gives it: RFC 3339, or an age before `now` such as "2h". **Errors:** invalid.
[[nodiscard]] Result<WallTime> since_time(std::string_view text, WallTime now);

}  // namespace hookd::hookctl
