#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"

#include <nlohmann/json_fwd.hpp>

namespace hookd::webhook {

/// Describes the ref that moved, from the members `ref`, `before` and `after` that most providers
/// send. Of an annotated tag the id is the tag object's, as it is for git's own hooks.
/// **Errors:** invalid.
[[nodiscard]] Status set_ref_change(Event& event, const nlohmann::json& change);

}  // namespace hookd::webhook
