#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>
#include <string_view>

namespace hookd::config {

/// Reads one YAML document as JSON with places, or says in `findings` what is wrong. Plain
/// scalars are typed by the core schema, so `on` and `no` are texts; `.inf` and `.nan` are texts
/// too, for JSON has no such numbers. Anchors, aliases, tags, a key twice and a
/// second document are refused. **Requires:** valid UTF-8 without NUL.
/// **Source:** YAML 1.2.2, 10.3 Core Schema.
[[nodiscard]] std::optional<Node> read_yaml(std::string_view text, Findings& findings);

}  // namespace hookd::config
