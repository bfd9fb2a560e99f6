#pragma once

#include "apps/hookctl/commands.hpp"

#include <string>

namespace hookd::hookctl {

/// Prints what the daemon's rules make of a stored event, as `explain --event` does; of one rule
/// only where `rule` is not empty. **Errors:** not_found where it has no such rule.
[[nodiscard]] Result<Exit> explain_stored(const Settings& settings, const std::string& event,
                                          const std::string& rule);

}  // namespace hookd::hookctl
