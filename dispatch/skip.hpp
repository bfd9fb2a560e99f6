#pragma once

#include "core/model/event.hpp"

#include <optional>
#include <string>

namespace hookd::dispatch {

/// Where a push or tag says that it shall start nothing: `[skip ci]` or `[ci skip]` in the head
/// commit's message, or the push option `ci.skip`. Nothing where it does not.
[[nodiscard]] std::optional<std::string> asks_to_skip(const Event& event);

}  // namespace hookd::dispatch
