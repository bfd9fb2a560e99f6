#pragma once

#include "core/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace hookd::handlers {

/// PlannedAction::spec as the configuration wrote it: an object with "settings" (what stands under
/// the handler's key, of any shape) and "shell" (a list of at least one text).
/// **Errors:** invalid.
[[nodiscard]] hookd::Result<nlohmann::json> read_spec(std::string_view spec);

}  // namespace hookd::handlers
