#pragma once

#include "core/base/clock.hpp"
#include "core/model/state_folder.hpp"
#include "core/queue/queue.hpp"

#include <memory>

namespace hookd::app {

/// Opens the queue of a state directory. A fresh directory (absent, or without the marker that an
/// initialised one has) gets a new queue; one that had a queue and lost it is refused, because a
/// new one in its place would forget everything that was accepted (threats.md T081).
[[nodiscard]] Result<std::unique_ptr<queue::Queue>> open_state(const StateFolder& state,
                                                               const Clock& clock);

}  // namespace hookd::app
