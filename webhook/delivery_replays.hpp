#pragma once

#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/queue/queue.hpp"
#include "webhook/judge.hpp"

#include <string>

namespace hookd::webhook {

/// Has refused deliveries read once more by the configuration in force, after what they were
/// refused for was mended.
class DeliveryReplays {
  public:
    /// How long a replay waits for its repository to be read. It is not given up then.
    static constexpr Milliseconds k_patience{10'000};

    /// **Requires:** what is referred to outlives it and every `done` of the intake.
    DeliveryReplays(queue::Queue& queue, const config::Current& current, queue::Intake intake,
                    const Clock& clock, Log& log);

    /// Takes the delivery under its sender's id: what came under that in the meantime is not taken
    /// twice. A second replay gives what came of the first, whatever is configured by then. Who
    /// asked, and what came of it, is logged.
    /// **Errors:** not_found: no such delivery, or no endpoint at its path; exists: it was taken
    /// when it came; denied: its sender was not proven, so that its body was not kept, or it is
    /// refused again; timeout. **Thread:** any; blocks until the commit is on disk.
    [[nodiscard]] Result<queue::DeliveryReplayed> replay(const DeliveryId& id,
                                                         const std::string& asked_by) const;

  private:
    [[nodiscard]] Result<Admission> judge(const queue::DeliveryDetail& refused) const;

    queue::Queue& queue_;
    const config::Current& current_;
    const queue::Intake intake_;
    const Clock& clock_;
    Log& log_;
};

}  // namespace hookd::webhook
