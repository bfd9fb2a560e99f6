#pragma once

#include "config/configuration.hpp"
#include "reconcile/ref_source.hpp"

#include <functional>
#include <memory>

namespace hookd::reconcile {

/// How long and how much a remote's list of refs may be.
struct RemoteLimits {
    Milliseconds time{30'000};
    std::size_t bytes = std::size_t{64} << 20;
};

/// The refs that the repository at `clone` shows. It tells names and commits and no history: what
/// a movement brought stays unknown.
/// **Requires:** `clone` outlives it. `stop` ends a listing under way.
/// **Source:** threats.md T075, T076.
[[nodiscard]] std::unique_ptr<RefSource> open_remote(const config::Clone& clone,
                                                     std::function<bool()> stop,
                                                     const RemoteLimits& limits = {});

}  // namespace hookd::reconcile
