#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>

namespace hookd::config {

/// The value of `clone`: a URL, or a map with one. A password travels encrypted, or stays on this
/// machine (threats.md T005).
[[nodiscard]] std::optional<Clone> read_clone(const Node& node, Findings& findings);

}  // namespace hookd::config
