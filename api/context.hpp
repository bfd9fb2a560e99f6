#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/model/state_folder.hpp"
#include "core/queue/queue.hpp"

#include <functional>

namespace hookd::api {

/// What the API works on. **Requires:** everything outlives the service.
struct Context {
    queue::Queue& queue;
    const Clock& clock;
    Log& log;
    StateFolder state;
    /// Reads the configuration again: whole, or an error that lists every problem.
    std::function<Status()> reload;
};

}  // namespace hookd::api
