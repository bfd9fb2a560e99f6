#pragma once

#include "tests/fuzz/target.hpp"

namespace hookd::fuzz {

/// The reader of foreign JSON against a second parser. **Source:** threats.md T018.
[[nodiscard]] Target json_pick_target();

}  // namespace hookd::fuzz
