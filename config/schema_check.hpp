#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <string_view>

namespace hookd::config {

/// Whether `root` fits the JSON Schema; where not, `findings` says at which places and why.
[[nodiscard]] bool check_schema(const Node& root, std::string_view schema, Findings& findings);

}  // namespace hookd::config
