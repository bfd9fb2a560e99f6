#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>

namespace hookd::config {

/// `listen.webhooks`. Nothing where its address cannot be read.
[[nodiscard]] std::optional<WebhookListener> read_listener(const Node& node, Findings& findings);

}  // namespace hookd::config
