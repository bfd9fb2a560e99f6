#pragma once

#include "core/base/result.hpp"
#include "core/http/message.hpp"
#include "core/queue/arrival.hpp"
#include "webhook/judge.hpp"

// What a sender is told: always a short JSON object. **Source:** docs/reference.md, "Webhooks".
namespace hookd::webhook {

/// `{"error": "..."}`; 405 names the method that is allowed.
[[nodiscard]] http::Response answer(const Refusal& refusal);

/// 202 with the stored events and the number of runs, 200 for a duplicate (with the runs that a
/// redelivery has started) or a ping, and 503 where
/// it could not be made durable.
[[nodiscard]] http::Response answer(const Result<queue::Accepted>& accepted, bool is_ping);

}  // namespace hookd::webhook
