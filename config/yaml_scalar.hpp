#pragma once

#include "config/node.hpp"

#include <string>

namespace hookd::config {

/// What a plain (unquoted) YAML scalar is. **Source:** YAML 1.2.2, 10.3.2 Tag Resolution.
[[nodiscard]] Node::Value resolve_plain(const std::string& text);

}  // namespace hookd::config
