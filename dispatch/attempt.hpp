#pragma once

#include "config/current.hpp"
#include "core/base/cancel.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/model/state_folder.hpp"
#include "core/process/runner.hpp"
#include "core/queue/queue.hpp"
#include "handlers/handler.hpp"

#include <optional>

namespace hookd::dispatch {

/// What attempts need, the same for all of them. **Requires:** everything outlives them.
struct Workshop {
    queue::Queue& queue;
    const config::Current& current;
    const process::Runner& runner;
    const Clock& clock;
    Log& log;
    StateFolder state;
};

/// How an attempt ended, and the release it made, if any.
struct AttemptResult {
    queue::Outcome outcome;
    std::optional<queue::Deployment> deployment;
};

/// Runs one claimed attempt from a fresh folder to its outcome: prepares event, payload, log and
/// workspace, calls the handler, and removes the folder again. Blocks until it is over.
[[nodiscard]] AttemptResult run_attempt(const Workshop& workshop, const queue::Claim& claim,
                                        const Cancel& cancel);

}  // namespace hookd::dispatch
