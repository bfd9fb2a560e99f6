#pragma once

#include "config/configuration.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/queue/queue.hpp"

namespace hookd::dispatch {

/// Runs a stored event again: what the rules in force make of it become new runs. The same wish
/// under the same key gives what was made of it the first time, whatever the rules say by now. Who
/// asked, and what came of it, is logged.
/// **Errors:** not_found: no such event, no file of its repository, no such rule; exists: the key
/// was used for another wish. **Thread:** any; blocks until the commit is on disk.
[[nodiscard]] Result<queue::Replayed> replay(queue::Queue& queue,
                                             const config::Configuration& configuration, Log& log,
                                             const queue::ReplayRequest& request);

}  // namespace hookd::dispatch
