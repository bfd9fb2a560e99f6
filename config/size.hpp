#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string_view>

namespace hookd::config {

/// Reads a number of bytes: "512B", "10KB" (thousands), "25MiB" (1024 * 1024), up to TB and TiB.
/// **Errors:** invalid: anything else, also a number without unit, and more than 1024 TiB.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace hookd::config
