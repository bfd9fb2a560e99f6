#pragma once

#include <string>
#include <string_view>

namespace hookd::config {

/// Lower-case hex. **Source:** FIPS 180-4, SHA-256.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace hookd::config
