#include "webhook/judge.hpp"

#include "core/base/ulid.hpp"
#include "webhook/body_signing.hpp"
#include "webhook/form.hpp"
#include "webhook/kept_headers.hpp"
#include "webhook/media_type.hpp"
#include "webhook/provider.hpp"

#include <algorithm>
#include <utility>

namespace hookd::webhook {
namespace {

constexpr std::string_view k_form_field = "payload";
constexpr std::size_t k_most_header_bytes = 255;

/// One for everyone who did not prove to be a sender we know.
Refusal not_proved(std::string reason) {
    return {401, "unknown endpoint, or the signature is missing or wrong", std::move(reason)};
}

Refusal unsupported_body() {
    return {415, "the body must be sent as application/json, not encoded",
            "content type or encoding not supported"};
}

/// The part of the message that we made is fit for both.
Refusal refused(int status, const std::string& message) {
    return {status, message, message};
}

/// What the sender signed where it is not the body; else empty. A form that cannot be read is
/// judged as it is, and is refused for that only once its sender is known.
std::string signed_text(const Provider& provider, const http::Request& request) {
    const bool in_form =
        provider.forms == Forms::signed_json && body_of(request.head.headers) == Body::form;
    return in_form ? form_field(request.body, k_form_field).value_or(std::string{}) : std::string{};
}

std::optional<Refusal> check_proof(const Endpoint* endpoint, const http::Request& request,
                                   WallTime now, std::span<const Digest> signatures) {
    if (endpoint == nullptr || endpoint->keys.empty()) {
        if (signatures.empty()) {
            static_cast<void>(nobodys_key().sign({request.body}));
        }
        return not_proved("unknown endpoint");
    }
    const std::string from_form = signed_text(*endpoint->provider, request);
    const SignedText body = !signatures.empty()  ? SignedText(signatures)
                            : !from_form.empty() ? SignedText(from_form)
                                                 : SignedText(request.body);
    switch (endpoint->provider->verify({request.head.headers, body, now}, endpoint->keys)) {
        case Verdict::right:
            return std::nullopt;
        case Verdict::wrong:
            return not_proved("wrong signature or token");
        case Verdict::out_of_time:
            return not_proved("signed too long before or after our clock's time");
    }
    return not_proved("wrong signature or token");
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

Result<std::string> delivery_key(const Provider& provider, const http::Headers& headers) {
    for (const std::string_view header : provider.delivery_headers) {
        auto key = name_from(headers, header);
        if (!key || !key->empty()) {
            return key;
        }
    }
    return std::string{};
}

/// Empty where the body has it.
Result<std::string> event_name(const Provider& provider, const http::Headers& headers) {
    if (provider.event_header.empty()) {
        return std::string{};
    }
    auto name = name_from(headers, provider.event_header);
    if (name && name->empty()) {
        return fail(ErrorCode::invalid,
                    "the header \"" + std::string(provider.event_header) + "\" is missing");
    }
    return name;
}

Result<std::vector<Event>> read_events(const Provider& provider, const std::string& event,
                                       const http::Request& request) {
    if (body_of(request.head.headers) != Body::form) {
        return provider.normalize({event, request.body});
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

}  // namespace

std::optional<Refusal> judge_head(const http::Head& head) {
    if (head.method != "POST") {
        return refused(405, "an endpoint takes POST only");
    }
    if (body_of(head.headers) == Body::unsupported) {
        return unsupported_body();
    }
    const auto known = providers();
    const bool proof = std::any_of(known.begin(), known.end(), [&head](const Provider* provider) {
        return provider->has_proof(head.headers);
    });
    return proof ? std::nullopt : std::optional(not_proved("no signature or token"));
}

std::variant<Admission, Refusal> judge(const Endpoint* endpoint, http::Request request,
                                       WallTime now, std::span<const Digest> signatures) {
    if (auto refusal = check_proof(endpoint, request, now, signatures)) {
        return *std::move(refusal);
    }
    const Provider& provider = *endpoint->provider;
    const http::Headers& headers = request.head.headers;
    if (body_of(headers) == Body::form && provider.forms == Forms::refused) {
        return unsupported_body();
    }
    auto event = event_name(provider, headers);
    auto key = delivery_key(provider, headers);
    for (const auto* part : {&event, &key}) {
        if (!*part) {
            return refused(400, part->error().message);
        }
    }
    auto events = read_events(provider, *event, request);
    if (!events) {
        const bool denied = events.error().code == ErrorCode::denied;
        return refused(denied ? 403 : 400, events.error().message);
    }
    if (provider.event_header.empty() && !events->empty()) {
        *event = events->front().source.event;
    }
    if (const Event* foreign = find_foreign(*endpoint, *events)) {
        return refused(403,
                       "this endpoint may not speak for \"" + foreign->repository.text() + "\"");
    }

    Admission admission;
    admission.is_ping = std::any_of(events->begin(), events->end(),
                                    [](const Event& e) { return e.kind == EventKind::ping; });
    admission.events = *std::move(events);
    std::erase_if(admission.events, [](const Event& e) { return e.repository.text().empty(); });
    complete(admission.events, Source{std::string(provider.name), endpoint->path, *key, *event, now,
                                      request.head.peer});
    queue::Delivery& delivery = admission.delivery;
    delivery.id = DeliveryId(make_ulid(now));
    delivery.source = endpoint->path;
    delivery.provider = provider.name;
    delivery.key = *std::move(key);
    delivery.event = *std::move(event);
    delivery.received_at = now;
    delivery.peer = std::move(request.head.peer);
    delivery.headers = kept_headers(headers);
    delivery.redelivered_after = redelivered_after(provider, headers);
    delivery.key_is_proven =
        !provider.repeats.proves_id.empty() && headers.count(provider.repeats.proves_id) > 0;
    delivery.body = std::move(request.body);
    return admission;
}

}  // namespace hookd::webhook
