#pragma once

#include "config/generic_sender.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace hookd::config {

/// "/commits/0/id" taken apart. **Errors:** invalid. **Source:** RFC 6901.
[[nodiscard]] Result<JsonPointer> parse_json_pointer(std::string_view text);

}  // namespace hookd::config
