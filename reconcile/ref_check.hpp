#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/queue/arrival.hpp"
#include "core/queue/queue.hpp"
#include "reconcile/ref_source.hpp"
#include "reconcile/report.hpp"

#include <functional>
#include <stop_token>

namespace hookd::reconcile {

/// Waits this long, or until asked to stop.
using Wait = std::function<void(Milliseconds, const std::stop_token&)>;

struct RefCheckSettings {
    /// A difference counts once it has stayed for this long: its hook or webhook may be on its way.
    Milliseconds settle{5'000};
    /// How long pushes that lie in the spool are waited for.
    Milliseconds spool{30'000};
};

/// What comparing refs works with. **Requires:** all outlives who uses it.
struct RefCheckContext {
    queue::Queue& queue;
    queue::Intake intake;
    /// Whether a push lies in the spool that is not in the queue yet.
    std::function<bool()> has_spooled;
    const Clock& clock;
    Log& log;
    Wait wait;
    RefCheckSettings settings;
};

/// Compares the refs in `source` with their last seen positions, and makes an event of each that
/// nobody told of. The first comparison of a repository only notes where its refs are; those that
/// events have told of before are compared all the same. What was missed is logged, loudly.
/// **Source:** threats.md T031, T085.
[[nodiscard]] RefReport check_refs(const config::Repository& repository, RefSource& source,
                                   const RefCheckContext& context, const std::stop_token& stop);

}  // namespace hookd::reconcile
