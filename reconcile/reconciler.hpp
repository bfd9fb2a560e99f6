#pragma once

#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/queue/arrival.hpp"
#include "core/queue/queue.hpp"
#include "reconcile/catch_up.hpp"
#include "reconcile/ref_check.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hookd::reconcile {

/// Finds what no hook and no webhook has told, by comparing refs and by asking forges what they
/// could not deliver: at the start, on the timer `reconcile.every`, and
/// when asked.
/// **Thread:** any, but start and stop are one thread's.
class Reconciler {
  public:
    struct Settings {
        RefCheckSettings refs;
        CatchUpSettings catch_up;
    };
    /// **Requires:** references outlive it.
    struct Workshop {
        queue::Queue& queue;
        const config::Current& current;
        const Clock& clock;
        Log& log;
        queue::Intake intake;
        /// Whether a push lies in the spool that is not in the queue yet.
        std::function<bool()> has_spooled;
    };

    Reconciler(Workshop workshop, Settings settings);
    Reconciler(const Reconciler&) = delete;
    Reconciler& operator=(const Reconciler&) = delete;
    ~Reconciler();

    void start();
    /// Ends what is under way. A comparison that waits for another machine ends at its deadline.
    void stop();

    /// Has a repository compared and its forge asked, or all where `repository` is empty. Its
    /// number: `report` tells when that is over. **Errors:** not_found; unavailable where too much
    /// waits.
    [[nodiscard]] Result<std::uint64_t> ask(const std::string& repository);
    /// What the last comparison of each repository and endpoint has found, as JSON: ReconcileReport
    /// in api/openapi.yaml.
    [[nodiscard]] std::string report() const;

  private:
    struct Running;
    std::unique_ptr<Running> running_;
};

}  // namespace hookd::reconcile
