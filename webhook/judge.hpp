#pragma once

#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "core/model/event.hpp"
#include "core/queue/arrival.hpp"
#include "webhook/body_signing.hpp"
#include "webhook/endpoint_table.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What becomes of a request: decisions without effects. Receiver carries them out.
namespace hookd::webhook {

/// Whether a request's signature was right.
enum class Proven { no, yes };

/// A request that is not let in.
struct Refusal {
    int status = 400;
    std::string message;         ///< for the sender
    std::string reason;          ///< for us; more than the sender is told. Never a secret
    std::string_view word = {};  ///< `reason` for programs: docs/reference.md, "Webhook answers"
    Proven sender = Proven::no;
    std::optional<std::chrono::seconds> retry_after = {};

    bool operator==(const Refusal&) const = default;
};

/// A delivery to be stored. It may hold no event.
struct Admission {
    queue::Delivery delivery;
    std::vector<Event> events;
    bool is_ping = false;
};

/// Looks at the head alone, before the body is read. It does not know the endpoints, so that its
/// answer tells nothing about which there are (threats.md T004). `proofs` are those of all generic
/// endpoints: each of them counts for every request.
[[nodiscard]] std::optional<Refusal> judge_head(const http::Head& head,
                                                std::span<const config::SenderProof> proofs = {});

/// What is known of a sender.
struct Sender {
    std::optional<Refusal> refusal;  ///< nothing: it is let in
    std::size_t key = 0;             ///< where it was proven: by which of the endpoint's keys
};

/// Who sent a whole request that `judge_head` let pass: its proof, and whether its peer may send,
/// which is told only after the same work and with the same answer as a wrong signature.
/// `endpoint` is null where the target is none. `made`: by BodySigning, for this request.
[[nodiscard]] Sender judge_sender(const EndpointTable& table, const Endpoint* endpoint,
                                  const http::Request& request, WallTime now,
                                  const BodySignatures& made = {});

/// The refusal of a proven sender whose peer may not send: as one who was not proven.
[[nodiscard]] Refusal refuse_peer(const std::string& peer);

/// The refusal of a proven sender who sends too much: 429.
[[nodiscard]] Refusal refuse_rate(Milliseconds wait);

/// What a proven sender sends. Takes the body only where it is let in.
[[nodiscard]] std::variant<Admission, Refusal> judge_delivery(const Endpoint& endpoint,
                                                              http::Request& request, WallTime now);

/// What is known of a delivery without a look at its body, which is left out; names that are not
/// plain stay empty.
[[nodiscard]] queue::Delivery describe_delivery(const Endpoint& endpoint,
                                                const http::Request& request, WallTime now);

}  // namespace hookd::webhook
