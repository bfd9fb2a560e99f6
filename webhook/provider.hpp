#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/http/message.hpp"
#include "core/model/event.hpp"
#include "webhook/signature.hpp"
#include "webhook/verdict.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::webhook {

class GenericSender;

/// Whether a provider may send the JSON as the field `payload` of a form.
enum class Forms {
    refused,
    signed_as_sent,  ///< the signature is over the form, not over the JSON in it
    signed_json,     ///< the signature is over the JSON, wherever it stands
};

/// A delivery before its signature is known to be right.
struct SignedRequest {
    const http::Headers& headers;
    SignedText body;  ///< raw bytes; what a form holds where that is what is signed
    WallTime received_at;
    const GenericSender* sender = nullptr;  ///< of the provider `generic`: what its endpoint says
};

/// A delivery whose signature was right.
struct ProviderRequest {
    std::string_view event;  ///< of the event header: at most 255 bytes of printable ASCII
    std::string_view json;   ///< the body, or what the form holds
    const http::Headers* headers = nullptr;
    const GenericSender* sender = nullptr;
};

/// What a forge would send: for trying out an endpoint.
struct OutgoingDelivery {
    std::string_view event;
    std::string_view delivery;
    std::string_view json;
    std::string_view secret;
    WallTime now;
    std::string_view form = {};  ///< what is sent in place of `json`, which it holds
    const GenericSender* sender = nullptr;

    [[nodiscard]] std::string_view sent() const { return form.empty() ? json : form; }
    [[nodiscard]] std::string_view content_type() const {
        return form.empty() ? "application/json" : "application/x-www-form-urlencoded";
    }
};

/// A movement of a ref that may never have been.
struct MadeUpPush {
    std::string_view repository;     ///< the forge's full name
    std::string_view ref;            ///< full name
    std::string_view before, after;  ///< all zero where it was not there, or is gone
    const GenericSender* sender = nullptr;
};

/// How a forge tells of it.
struct PushBody {
    std::string event;
    std::string json;
};

/// What a delivery says when it comes again.
struct Repeats {
    /// The sender's own retries of a delivery come within this time: later, the same id is a
    /// person's redelivery. Nothing: nothing tells the two apart.
    std::optional<Milliseconds> retried_for = {};
    /// Counts the sender's attempts at one delivery: above 1 it is no person's.
    std::string_view attempt_header = {};
    /// Where this is there, what proves the sender proves the delivery's id too.
    std::string_view proves_id = {};
};

/// One forge: how its deliveries are told, trusted and understood. A row of the table.
struct Provider {
    std::string_view name;  ///< in the configuration, and `Source::type`
    /// Names the event. Empty: the body does, and `normalize` sets it in `Event::source`.
    std::string_view event_header;
    /// Headers that hold the id of a delivery, the same over its retries; the first one sent
    /// counts.
    std::span<const std::string_view> delivery_headers;
    Forms forms = Forms::refused;

    KeyForm (*key_form)(std::string_view secret);
    /// Whether what proves the sender is there in the right form: asked before the body is read.
    bool (*has_proof)(const http::Headers& headers);
    /// What is signed in front of the body; null: nothing.
    std::string (*signed_prefix)(const http::Headers& headers);
    Verdict (*verify)(const SignedRequest& request, std::span<const Key> keys);
    /// The events in a delivery, without id and source (but see `event_header`). One of no
    /// repository has an empty name; it is only a delivery then. An event name that is new to us is
    /// `other`.
    /// **Errors:** invalid: not what the provider sends under that event name. denied: the
    /// repository's name is none that a configuration could hold.
    Result<std::vector<Event>> (*normalize)(const ProviderRequest& request);
    /// All headers of a delivery. **Errors:** invalid: the secret.
    Result<http::Headers> (*sign)(const OutgoingDelivery& delivery);
    /// The least body that tells of a push. **Requires:** valid names and ids. **Errors:** invalid,
    /// where this forge tells of no such ref or repository.
    Result<PushBody> (*make_push)(const MadeUpPush& push, WallTime now);
    Repeats repeats = {};
};

/// Every provider we know.
[[nodiscard]] std::span<const Provider* const> providers();
[[nodiscard]] const Provider* find_provider(std::string_view name);

}  // namespace hookd::webhook
