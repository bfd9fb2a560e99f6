#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

namespace hookd::config {

/// An endpoint and where it stands.
struct PlacedEndpoint {
    Endpoint endpoint;
    Position at;
    Position body_at;  ///< of `body`, where it is there
};

/// The keys that every endpoint has, wherever it stands; `path` and `repositories` are left to the
/// caller. Relative files start at the folder of the file that `findings` was made for.
[[nodiscard]] PlacedEndpoint read_endpoint(const Node& node, Findings& findings);

}  // namespace hookd::config
