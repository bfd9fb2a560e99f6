#include "webhook/providers/generic.hpp"

#include "webhook/generic_proof.hpp"
#include "webhook/generic_sender.hpp"

// Any sender of JSON: its endpoint's settings say what the other providers know.
namespace hookd::webhook {
namespace {

/// Where there are no settings: signed as GitHub signs, and the body is an event of ours.
const GenericSender& plain_sender() {
    static const GenericSender k_plain(
        {config::SignatureHeader{"X-Hub-Signature-256", config::SignatureHash::sha256,
                                 "sha256=", config::SignatureText::hex},
         "", "", config::EventMap{}, ""});
    return k_plain;
}

const GenericSender& of(const GenericSender* sender) {
    return sender != nullptr ? *sender : plain_sender();
}

KeyForm key_form(std::string_view) {
    return KeyForm::raw;
}

bool has_plain_proof(const http::Headers& headers) {
    return has_proof(plain_sender().proof(), headers);
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    return verify_proof(of(request.sender).proof(), request.headers, request.body, keys);
}

Result<std::vector<Event>> normalize(const ProviderRequest& request) {
    return of(request.sender).read(request);
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    const GenericSender& sender = of(delivery.sender);
    http::Headers headers;
    headers.add("User-Agent", "hookctl");
    headers.add("Content-Type", std::string(delivery.content_type()));
    if (!sender.event_header().empty()) {
        headers.add(sender.event_header(), std::string(delivery.event));
    }
    if (!sender.delivery_header().empty()) {
        headers.add(sender.delivery_header(), std::string(delivery.delivery));
    }
    if (const Status proved = add_proof(sender.proof(), delivery.secret, delivery.sent(), headers);
        !proved) {
        return fail(proved.error());
    }
    return headers;
}

Result<PushBody> make_push(const MadeUpPush& push, WallTime) {
    return of(push.sender).make_push(push);
}

}  // namespace

constinit const Provider k_generic = {
    .name = "generic",
    .event_header = "",
    .delivery_headers = {},
    .forms = Forms::refused,
    .key_form = key_form,
    .has_proof = has_plain_proof,
    .signed_prefix = nullptr,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_push,
};

}  // namespace hookd::webhook
