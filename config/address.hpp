#pragma once

#include "config/configuration.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace hookd::config {

/// Reads "127.0.0.1:8080", "localhost:8080" or "[::1]:8080"; port 0 is any free one.
/// **Errors:** invalid.
[[nodiscard]] Result<ListenAddress> parse_address(std::string_view text);

/// Whether only this machine can reach it.
[[nodiscard]] bool is_loopback(const ListenAddress& address);

}  // namespace hookd::config
