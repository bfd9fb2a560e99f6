#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/queue/queue.hpp"
#include "reconcile/delivery_report.hpp"
#include "reconcile/forges/api.hpp"
#include "reconcile/ref_check.hpp"

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

namespace hookd::reconcile {

struct CatchUpSettings {
    ApiLimits api;
    /// After so long a turn begins no further request.
    Milliseconds turn{120'000};
    /// No forge is asked further back.
    Milliseconds furthest{7 * 24 * 60 * 60'000LL};
    /// Forges' clocks may be behind ours by so much.
    Milliseconds overlap{10 * 60'000};
};

/// What asking forges works with. **Requires:** all outlives who uses it.
struct CatchUpContext {
    queue::Queue& queue;
    const Clock& clock;
    Log& log;
    Wait wait;
    CatchUpSettings settings;
};

/// Asks forges what they tried to deliver to our endpoints, and has what did not come sent again.
/// It comes through the listener like any other delivery. What was asked for, and what was given
/// up, is logged, loudly. How far all is settled is a mark in the queue.
/// **Thread:** one at a time. **Source:** threats.md T031, T075, T077.
class CatchUp {
  public:
    explicit CatchUp(CatchUpContext context) : context_(std::move(context)) {}

    /// **Requires:** the endpoint has `catch_up`. The report's `repositories` is left to the
    /// caller.
    [[nodiscard]] DeliveryReport turn(const config::Endpoint& endpoint, AskedBy by,
                                      const std::stop_token& stop);

    /// After how long another turn for the endpoint is worth while: more was missed than one turn
    /// may ask for, or the forge wanted us to wait. Nothing: the next one by the timer will do.
    [[nodiscard]] std::optional<Milliseconds> sooner(const config::Endpoint& endpoint) const;

    /// An API that could not be reached is not asked about further endpoints for a minute. From
    /// now on it is again, but where it said itself how long it wants to be left alone.
    void forget_outages();

  private:
    /// What need not survive a restart.
    struct Memory {
        std::string about;  ///< what it was learned with; of other settings it counts for nothing
        std::string hook;   ///< its number, where it was found by its URL
        bool has_more = false;
        std::map<std::string, Asked> asked;
        std::set<std::string> given_up;  ///< what was said to be
    };
    /// An API is left alone.
    struct Rest {
        BootTime until{};
        bool is_its_wish = false;
        std::string why;
    };
    using Rests = std::map<std::string, Rest>;
    class Turn;

    [[nodiscard]] Memory& memory_of(const config::Endpoint& endpoint);

    CatchUpContext context_;
    std::map<std::string, Memory> memories_;  ///< by path
    Rests rests_;                             ///< by the API's URL
};

}  // namespace hookd::reconcile
