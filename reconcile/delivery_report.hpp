#pragma once

#include "core/base/clock.hpp"
#include "reconcile/redelivery.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hookd::reconcile {

/// What asking the forge about one endpoint has found.
struct DeliveryReport {
    std::string endpoint;  ///< its path
    std::string provider;
    std::vector<std::string> repositories;  ///< configured ones that it speaks for
    std::optional<WallTime> at;
    /// Everything before then was settled; nothing: the forge was asked for the first time.
    std::optional<WallTime> since;
    std::size_t listed = 0;  ///< tries that the forge told of
    std::vector<Redelivery> asked;
    std::vector<Redelivery> given_up;
    std::size_t waiting = 0;  ///< failed, and asked for later
    std::string problem;      ///< why not all could be done; empty where it was
};

/// "asked github for 2 deliveries of /hooks/github/acme/shop that did not arrive since
/// 2026-11-23T10:00:00.000Z: push 72d3162e-... (no answer), push ... (answered 502)"; ten of them
/// at most by name. For a terminal or a log.
[[nodiscard]] std::string to_line(const DeliveryReport& report);

/// "gave up on 1 delivery of /hooks/github/acme/shop after at least 8 tries each: ...".
[[nodiscard]] std::string given_up_line(const DeliveryReport& report,
                                        const std::vector<Redelivery>& given_up);

/// "no answer", "answered 502", "answered 200, and not here".
[[nodiscard]] std::string outcome_of(const Redelivery& delivery);

}  // namespace hookd::reconcile
