#pragma once

#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "core/model/event.hpp"
#include "core/queue/arrival.hpp"
#include "webhook/endpoint_table.hpp"

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

// What becomes of a request: decisions without effects. Receiver carries them out.
namespace hookd::webhook {

/// A request that is not let in.
struct Refusal {
    int status = 400;
    std::string message;  ///< for the sender
    std::string reason;   ///< for our log; more than the sender is told. Never a secret

    bool operator==(const Refusal&) const = default;
};

/// A delivery to be stored. It may hold no event.
struct Admission {
    queue::Delivery delivery;
    std::vector<Event> events;
    bool is_ping = false;
};

/// Looks at the head alone, before the body is read. It does not know the endpoints, so that its
/// answer tells nothing about which there are (threats.md T004).
[[nodiscard]] std::optional<Refusal> judge_head(const http::Head& head);

/// Decides on a whole request that `judge_head` let pass. `endpoint` is null where its target is
/// none: then a signature is computed all the same, and the refusal is that of a wrong one.
/// `signatures`: what BodySigning made for this endpoint; without them they are made here.
[[nodiscard]] std::variant<Admission, Refusal> judge(const Endpoint* endpoint,
                                                     http::Request request, WallTime now,
                                                     std::span<const Digest> signatures = {});

}  // namespace hookd::webhook
