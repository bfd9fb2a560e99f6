#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <nlohmann/json_fwd.hpp>

namespace hookd::config {

/// Says where and why `root` does not fit `schema`, for people: a validator knows paths and
/// keywords, not lines, neighbours or examples. Understands the part of draft 07 that our schemas
/// use: $ref to definitions, type, enum, properties, additionalProperties, required, oneOf of
/// `required`, items, and the limits of sizes and numbers.
void explain_mismatch(const Node& root, const nlohmann::json& schema, Findings& findings);

}  // namespace hookd::config
