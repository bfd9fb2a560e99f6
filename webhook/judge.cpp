#include "webhook/judge.hpp"

#include "config/digest.hpp"
#include "core/base/ulid.hpp"
#include "webhook/form.hpp"
#include "webhook/generic_proof.hpp"
#include "webhook/kept_headers.hpp"
#include "webhook/media_type.hpp"
#include "webhook/proof.hpp"
#include "webhook/provider.hpp"

#include <algorithm>
#include <utility>

namespace hookd::webhook {
namespace {

constexpr std::size_t k_most_header_bytes = 255;

/// One for everyone who did not prove to be a sender we know.
Refusal not_proved(std::string_view word, std::string reason) {
    return {401, "unknown endpoint, or the signature is missing or wrong", std::move(reason), word};
}

/// The part of the message that we made is fit for both.
Refusal refused(int status, std::string_view word, const std::string& message,
                Proven sender = Proven::yes) {
    return {status, message, message, word, sender};
}

Refusal unsupported_body(Proven sender) {
    return {415, "the body must be sent as application/json, not encoded",
            "content type or encoding not supported", "content_type", sender};
}

/// The one value of a header that names something: short, without surprises. Absent is empty.
Result<std::string> name_from(const http::Headers& headers, std::string_view header) {
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (headers.count(header) == 0) {
        return std::string{};
    }
    const std::string_view value = headers.only(header).value_or(std::string_view{});
    if (value.empty() || value.size() > k_most_header_bytes ||
        !std::all_of(value.begin(), value.end(), plain)) {
        return fail(ErrorCode::invalid,
                    "the header \"" + std::string(header) +
                        "\" must be there once, with 1 to 255 printable ASCII characters");
    }
    return std::string(value);
}

Result<std::string> delivery_key(const Endpoint& endpoint, const http::Request& request) {
    const http::Headers& headers = request.head.headers;
    if (const GenericSender* const sender = endpoint.sender.get()) {
        auto key = name_from(headers, sender->delivery_header());
        if (key && key->empty()) {
            // What is sent again is then known by being the same.
            *key = "sha256:" + config::sha256_hex(request.body);
        }
        return key;
    }
    for (const std::string_view header : endpoint.provider->delivery_headers) {
        auto key = name_from(headers, header);
        if (!key || !key->empty()) {
            return key;
        }
    }
    return std::string{};
}

/// Empty where the body has it.
Result<std::string> event_name(const Endpoint& endpoint, const http::Headers& headers) {
    const std::string_view header =
        endpoint.sender ? endpoint.sender->event_header() : endpoint.provider->event_header;
    if (header.empty()) {
        return std::string{};
    }
    auto name = name_from(headers, header);
    if (name && name->empty()) {
        return fail(ErrorCode::invalid, "the header \"" + std::string(header) + "\" is missing");
    }
    return name;
}

Result<std::vector<Event>> read_events(const Endpoint& endpoint, const std::string& event,
                                       const http::Request& request) {
    const Provider& provider = *endpoint.provider;
    if (body_of(request.head.headers) != Body::form) {
        return provider.normalize(
            {event, request.body, &request.head.headers, endpoint.sender.get()});
    }
    const auto json = form_field(request.body, k_form_field);
    if (!json) {
        return fail(json.error());
    }
    return provider.normalize({event, *json});
}

/// After how long the same delivery is a person's; nothing where that cannot be told.
std::optional<Milliseconds> redelivered_after(const Provider& provider,
                                              const http::Headers& headers) {
    const Repeats& repeats = provider.repeats;
    const bool counts = !repeats.attempt_header.empty();
    return counts && headers.only(repeats.attempt_header) != "1" ? std::nullopt
                                                                 : repeats.retried_for;
}

/// A delivery speaks for all of its repositories or for none.
const Event* find_foreign(const Endpoint& endpoint, const std::vector<Event>& events) {
    const auto found = std::find_if(events.begin(), events.end(), [&endpoint](const Event& event) {
        return !event.repository.text().empty() && !endpoint.may_speak_for(event.repository);
    });
    return found != events.end() ? &*found : nullptr;
}

void complete(std::vector<Event>& events, const Source& source) {
    for (Event& event : events) {
        event.id = EventId(make_ulid(source.received_at));
        event.source = source;
    }
}

/// What its sender may send, but not through this endpoint.
std::optional<Refusal> judge_body(const Endpoint& endpoint, const http::Request& request) {
    if (request.body.size() > endpoint.body_bytes) {
        return refused(413, "body_too_large",
                       "the body has " + std::to_string(request.body.size()) +
                           " bytes, but this endpoint takes at most " +
                           std::to_string(endpoint.body_bytes));
    }
    const bool is_form = body_of(request.head.headers) == Body::form;
    if (is_form && endpoint.provider->forms == Forms::refused) {
        return unsupported_body(Proven::yes);
    }
    if (is_form ? !endpoint.takes_form : !endpoint.takes_json) {
        return refused(415, "content_type",
                       is_form ? "this endpoint takes no forms: send application/json"
                               : "this endpoint takes forms only: send "
                                 "application/x-www-form-urlencoded");
    }
    return std::nullopt;
}

struct Names {
    std::string event;
    std::string key;
};

queue::Delivery describe(const Endpoint& endpoint, const http::Request& request, WallTime now,
                         Names names) {
    const http::Headers& headers = request.head.headers;
    const Repeats& repeats = endpoint.provider->repeats;
    queue::Delivery delivery;
    delivery.id = DeliveryId(make_ulid(now));
    delivery.source = endpoint.path;
    delivery.provider = endpoint.provider->name;
    delivery.key = std::move(names.key);
    delivery.event = std::move(names.event);
    delivery.received_at = now;
    delivery.peer = request.head.peer;
    delivery.headers = kept_headers(headers, endpoint.secret_headers());
    delivery.redelivered_after = redelivered_after(*endpoint.provider, headers);
    delivery.key_is_proven = !repeats.proves_id.empty() && headers.count(repeats.proves_id) > 0;
    return delivery;
}

}  // namespace

std::optional<Refusal> judge_head(const http::Head& head,
                                  std::span<const config::SenderProof> proofs) {
    if (head.method != "POST") {
        return refused(405, "method", "an endpoint takes POST only", Proven::no);
    }
    if (body_of(head.headers) == Body::unsupported) {
        return unsupported_body(Proven::no);
    }
    const auto known = providers();
    const bool proof =
        std::any_of(
            known.begin(), known.end(),
            [&head](const Provider* provider) { return provider->has_proof(head.headers); }) ||
        std::any_of(proofs.begin(), proofs.end(), [&head](const config::SenderProof& configured) {
            return has_proof(configured, head.headers);
        });
    return proof ? std::nullopt : std::optional(not_proved("no_proof", "no signature or token"));
}

Sender judge_sender(const EndpointTable& table, const Endpoint* endpoint,
                    const http::Request& request, WallTime now, const BodySignatures& made) {
    const Proof proof = check_proof(table, endpoint, request, now, made);
    switch (proof.kind) {
        case Proof::Kind::right:
            break;
        case Proof::Kind::unknown_endpoint:
            return {not_proved("unknown_endpoint", "unknown endpoint")};
        case Proof::Kind::wrong:
            return {not_proved("wrong_signature", "wrong signature or token")};
        case Proof::Kind::out_of_time:
            return {not_proved("out_of_time", "signed too long before or after our clock's time")};
        case Proof::Kind::secret_ended:
            return {not_proved("secret_ended",
                               "signed with a secret that ended " + to_rfc3339(proof.ended_at))};
    }
    if (!endpoint->lets_in(request.head.peer)) {
        return {refuse_peer(request.head.peer), proof.key};
    }
    return {std::nullopt, proof.key};
}

Refusal refuse_peer(const std::string& peer) {
    Refusal refusal = not_proved(
        "refused_peer", peer.empty() ? "signed right, but by a peer without an address"
                                     : "signed right, but by a peer that may not send: " + peer);
    refusal.sender = Proven::yes;
    return refusal;
}

Refusal refuse_rate(Milliseconds wait) {
    Refusal refusal = refused(429, "rate", "too many deliveries at this endpoint; send it again");
    refusal.retry_after =
        std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
    return refusal;
}

queue::Delivery describe_delivery(const Endpoint& endpoint, const http::Request& request,
                                  WallTime now) {
    return describe(endpoint, request, now,
                    {event_name(endpoint, request.head.headers).value_or(std::string{}),
                     delivery_key(endpoint, request).value_or(std::string{})});
}

std::variant<Admission, Refusal> judge_delivery(const Endpoint& endpoint, http::Request& request,
                                                WallTime now) {
    if (auto refusal = judge_body(endpoint, request)) {
        return *std::move(refusal);
    }
    auto event = event_name(endpoint, request.head.headers);
    auto key = delivery_key(endpoint, request);
    for (const auto* part : {&event, &key}) {
        if (!*part) {
            return refused(400, "unreadable", part->error().message);
        }
    }
    auto events = read_events(endpoint, *event, request);
    if (!events) {
        const bool denied = events.error().code == ErrorCode::denied;
        return denied ? refused(403, "forbidden_repository", events.error().message)
                      : refused(400, "unreadable", events.error().message);
    }
    if (event->empty() && !events->empty()) {
        *event = events->front().source.event;
    }
    if (const Event* foreign = find_foreign(endpoint, *events)) {
        return refused(403, "forbidden_repository",
                       "this endpoint may not speak for \"" + foreign->repository.text() + "\"");
    }

    Admission admission;
    admission.is_ping = std::any_of(events->begin(), events->end(),
                                    [](const Event& e) { return e.kind == EventKind::ping; });
    admission.events = *std::move(events);
    std::erase_if(admission.events, [](const Event& e) { return e.repository.text().empty(); });
    complete(admission.events, Source{std::string(endpoint.provider->name), endpoint.path, *key,
                                      *event, now, request.head.peer});
    admission.delivery = describe(endpoint, request, now, {*std::move(event), *std::move(key)});
    admission.delivery.body = std::move(request.body);
    return admission;
}

}  // namespace hookd::webhook
