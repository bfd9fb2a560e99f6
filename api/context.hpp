#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/state_folder.hpp"
#include "core/queue/queue.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hookd::api {

/// How the listeners are.
struct ListenerHealth {
    bool accept_paused = false;                  ///< newcomers wait: descriptors or memory ran out
    std::uint64_t accept_pauses = 0;             ///< how often that began
    std::optional<WallTime> certificate_ends{};  ///< nothing without TLS
};

/// What the API works on. **Requires:** everything outlives the service.
struct Context {
    queue::Queue& queue;
    const Clock& clock;
    Log& log;
    StateFolder state;
    /// Reads the configuration again: whole, or an error that lists every problem.
    std::function<Status()> reload;
    /// Has a repository's refs and deliveries compared, or all where the name is empty; the
    /// comparison's number. Missing where nothing compares.
    std::function<Result<std::uint64_t>(const std::string& repository)> reconcile{};
    /// What was found: ReconcileReport in api/openapi.yaml, as JSON.
    std::function<std::string()> reconcile_report{};
    /// What the rules in force make of the events of one delivery: a list of Explanation in
    /// api/openapi.yaml, as JSON. Missing where there are no rules.
    std::function<std::string(std::vector<Event> events)> explain{};
    /// Runs a stored event again by the rules in force. Missing where nothing runs.
    std::function<Result<queue::Replayed>(const queue::ReplayRequest& request)> replay{};
    /// Has a refused delivery read once more by the configuration in force, as `asked_by` wants.
    /// Missing where nothing is received.
    std::function<Result<queue::DeliveryReplayed>(const DeliveryId& id,
                                                  const std::string& asked_by)>
        replay_delivery{};
    /// Missing where there are no listeners to speak of.
    std::function<ListenerHealth()> listeners{};
};

}  // namespace hookd::api
