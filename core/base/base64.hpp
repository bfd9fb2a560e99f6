#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hookd {

/// Standard alphabet with padding. **Source:** RFC 4648 4.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Strict: right padding, no other characters, no left-over bits.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace hookd
