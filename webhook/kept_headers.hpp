#pragma once

#include "core/http/message.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hookd::webhook {

/// The headers of a delivery that may be stored: all but those that hold a secret. Which these are
/// is told by their names, for a forge also sends headers that its users made up. Signatures stay:
/// they give no key away, and whoever looks at a delivery may want to check them again. `secrets`
/// are names that the configuration says.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> kept_headers(
    const http::Headers& headers, std::span<const std::string> secrets = {});

}  // namespace hookd::webhook
