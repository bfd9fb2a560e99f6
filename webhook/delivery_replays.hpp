#pragma once

#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/queue/queue.hpp"
#include "webhook/endpoint_table.hpp"
#include "webhook/judge.hpp"

#include <string>
#include <variant>

namespace hookd::webhook {

/// What a stored delivery is that was refused when it came, by an endpoint as it is now. Its proof
/// counts as it did then: headers that hold secrets are not kept, and what is signed gets old. Its
/// peer must be one that may send, as any other.
[[nodiscard]] std::variant<Admission, Refusal> judge_again(const Endpoint& endpoint,
                                                           const queue::Delivery& refused,
                                                           WallTime now);

/// Has refused deliveries read once more by the configuration in force, after what they were
/// refused for was mended.
class DeliveryReplays {
  public:
    /// **Requires:** what is referred to outlives it and every `done` of the intake.
    DeliveryReplays(queue::Queue& queue, const config::Current& current, queue::Intake intake,
                    const Clock& clock, Log& log);

    /// Takes the delivery as if it came now, under its sender's id: what came under that in the
    /// meantime is not taken twice, and a second replay gives what came of the first. Who asked,
    /// and what came of it, is logged.
    /// **Errors:** not_found: no such delivery, or no endpoint at its path; exists: it was
    /// taken; conflict: its sender was not proven, so that its body was not kept, or it is refused
    /// again. **Thread:** any; blocks until the commit is on disk.
    [[nodiscard]] Result<queue::DeliveryReplayed> replay(const DeliveryId& id,
                                                         const std::string& asked_by) const;

  private:
    [[nodiscard]] Result<Admission> judge(const queue::Delivery& refused) const;

    queue::Queue& queue_;
    const config::Current& current_;
    const queue::Intake intake_;
    const Clock& clock_;
    Log& log_;
};

}  // namespace hookd::webhook
