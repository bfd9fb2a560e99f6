#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>
#include <string_view>

namespace hookd::config {

/// Reads strict JSON (no comments, no trailing commas) with places, or says in `findings` what
/// is wrong; a key twice is refused. **Requires:** valid UTF-8. **Source:** RFC 8259.
[[nodiscard]] std::optional<Node> read_json(std::string_view text, Findings& findings);

}  // namespace hookd::config
