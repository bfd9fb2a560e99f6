#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

namespace hookd::config {

/// Reads what stands under `generic` in an endpoint into `endpoint.generic`; it is there for the
/// provider `generic` and no other. Relative files start at the folder of the file that `findings`
/// was made for. **Requires:** `endpoint.provider` is set.
void read_generic(const Node& node, Endpoint& endpoint, Findings& findings);

}  // namespace hookd::config
