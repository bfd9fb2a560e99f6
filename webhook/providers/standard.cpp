#include "webhook/providers/standard.hpp"

#include "core/base/clock.hpp"
#include "webhook/described_event.hpp"
#include "webhook/fields.hpp"
#include "webhook/json_pick.hpp"
#include "webhook/standard_webhooks.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

// Any sender that follows the Standard Webhooks: {"type", "timestamp", "data"}, where the data are
// members of our own event. **Source:** standardwebhooks.com, specification, "Payload structure";
// docs/events.md.
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 1> k_delivery_headers = {"webhook-id"};

KeyForm key_form(std::string_view) {
    return KeyForm::standard_webhooks;
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    return verify_standard_signature(request.headers, request.body, keys, request.received_at);
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    const auto key = Key::make(delivery.secret, KeyForm::standard_webhooks);
    if (!key) {
        return fail(key.error());
    }
    http::Headers headers;
    headers.add("User-Agent", "hookctl");
    headers.add("Content-Type", "application/json");
    sign_standard(headers, delivery.delivery, delivery.now, delivery.json, *key);
    return headers;
}

Result<PushBody> make_push(const MadeUpPush& push, WallTime now) {
    const bool tag = push.ref.starts_with("refs/tags/");
    const Json data = {{"repository", push.repository},
                       {"ref", push.ref},
                       {"before", push.before},
                       {"after", push.after}};
    const Json body = {
        {"type", tag ? "tag" : "push"}, {"timestamp", to_rfc3339(now)}, {"data", data}};
    return PushBody{tag ? "tag" : "push", body.dump()};
}

// Events

const Selection& selection() {
    static const Selection k_wanted{
        "type",
        "data/{repository,change,ref,before,after,forced,commits,commit_count}",
        "data/commits/*/{id,message,timestamp}",
        "data/commits/*/author/{name,email}",
        "data/commits/*/added/*",
        "data/commits/*/modified/*",
        "data/commits/*/removed/*",
        "data/actor/{login,name,email}",
        "data/merge_request/{number,title,url,draft,merge_commit}",
        "data/merge_request/labels/*",
        "data/merge_request/source/{repository,branch,commit}",
        "data/merge_request/target/{repository,branch}",
        "data/release/{tag,name,url,prerelease,draft}",
        "data/push_options/*"};
    return k_wanted;
}

/// It becomes the delivery's event name, as others have it from a header.
bool is_type(std::string_view type) {
    constexpr std::size_t k_most_bytes = 255;
    return !type.empty() && type.size() <= k_most_bytes &&
           type.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               std::string_view::npos;
}

Result<std::vector<Event>> normalize(const ProviderRequest& request) {
    Json json;
    const auto kept = pick(request.json, selection(), json);
    if (!kept) {
        return fail(kept.error());
    }
    const auto type = json.is_object() ? require_text(json, "type")
                                       : fail(ErrorCode::invalid, "the body is no JSON object");
    if (!type) {
        return fail(type.error());
    }
    if (!is_type(*type)) {
        return fail(
            ErrorCode::invalid,
            "\"type\" must be 1 to 255 letters, digits, '.', '_' and '-', such as \"push\"");
    }
    const std::size_t dot = type->find('.');
    const std::string_view kind = std::string_view(*type).substr(0, dot);
    const std::string_view change =
        dot != std::string::npos ? std::string_view(*type).substr(dot + 1) : std::string_view{};
    const Json* const data = field(json, "data");
    const Json nothing = Json::object();
    const Json& members = data != nullptr && data->is_object() ? *data : nothing;
    auto event = read_described(kind, change, members, *kept, Before::required);
    if (!event) {
        return fail(event.error().in("data"));
    }
    event->source.event = *type;
    std::vector<Event> events;
    events.push_back(*std::move(event));
    return events;
}

}  // namespace

constinit const Provider k_standard = {
    .name = "standard",
    .event_header = "",
    .delivery_headers = k_delivery_headers,
    .forms = Forms::refused,
    .key_form = key_form,
    .has_proof = has_standard_signature,
    .signed_prefix = standard_prefix,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_push,
    // It is retried for days under the same id.
    .repeats = {.proves_id = "webhook-signature"},
};

}  // namespace hookd::webhook
