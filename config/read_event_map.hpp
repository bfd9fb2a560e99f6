#pragma once

#include "config/findings.hpp"
#include "config/generic_sender.hpp"
#include "config/node.hpp"

namespace hookd::config {

/// Reads the key `map` of a generic sender: fields in the groups of the event, each with a place
/// or a constant.
[[nodiscard]] EventMap read_event_map(const Node& node, Findings& findings);

}  // namespace hookd::config
