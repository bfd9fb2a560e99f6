#pragma once

#include "apps/hookctl/daemon.hpp"
#include "core/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace hookd::hookctl {

/// Calls `on_change` with the type ("event", "run", "action") and ids of each change, and once
/// with "open" before the first: what is read after that misses nothing. Returns when it says
/// false.
[[nodiscard]] Status follow_changes(
    const Daemon& daemon, const std::string& run,
    const std::function<bool(const std::string& type, const nlohmann::ordered_json& change)>&
        on_change);

}  // namespace hookd::hookctl
