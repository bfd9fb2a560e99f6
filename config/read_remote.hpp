#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hookd::config {

/// The value of `clone`: a URL, or a map with one. A password travels encrypted, or stays on this
/// machine (threats.md T005).
[[nodiscard]] std::optional<Clone> read_clone(const Node& node, Findings& findings);

// What every address of another machine has.

/// The URL at `node`; empty where it is none, or would take a secret along unencrypted.
[[nodiscard]] std::string read_url(const Node& node, bool with_secret, Findings& findings);

/// The secret under `key`; nothing where there is none.
[[nodiscard]] std::optional<Secret> read_one_secret(const Node& map, std::string_view key,
                                                    Findings& findings);

/// The value of `allow_private`.
[[nodiscard]] bool allows_private(const Node& map);

}  // namespace hookd::config
