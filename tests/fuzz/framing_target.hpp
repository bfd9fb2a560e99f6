#pragma once

#include "tests/fuzz/target.hpp"

namespace hookd::fuzz {

/// The bytes of a connection become requests: the same however they are cut, and with nothing
/// left over but what belongs to the next one. **Source:** threats.md T012, T013, T015.
[[nodiscard]] Target framing_target();

}  // namespace hookd::fuzz
