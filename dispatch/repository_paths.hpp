#pragma once

#include "config/configuration.hpp"
#include "core/base/log.hpp"
#include "core/model/event.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hookd::dispatch {

/// What the repository itself says an event changed; nothing where it cannot say. Why it cannot
/// goes to `log`, which may be null. **Thread:** any; reads the repository.
[[nodiscard]] std::optional<std::vector<std::string>> paths_from_repository(
    const config::Configuration& rules, const Event& event, Log* log);

}  // namespace hookd::dispatch
