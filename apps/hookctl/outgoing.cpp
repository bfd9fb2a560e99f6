#include "apps/hookctl/outgoing.hpp"

#include "apps/hookctl/configured_endpoint.hpp"
#include "core/base/file.hpp"
#include "core/base/listed.hpp"
#include "core/base/ulid.hpp"
#include "core/model/names.hpp"
#include "core/model/ref_name.hpp"
#include "webhook/provider.hpp"

#include <optional>
#include <utility>

namespace hookd::hookctl {
namespace {

using webhook::Provider;

Result<const Provider*> find(const std::string& name) {
    if (const Provider* const provider = webhook::find_provider(name)) {
        return provider;
    }
    std::string known;
    for (const Provider* each : webhook::providers()) {
        add_listed(known, each->name);
    }
    return fail(ErrorCode::invalid, "\"" + name + "\" is no provider; known are " + known);
}

/// A side that is not named is nothing: the ref is new, or goes.
std::string id_or_zeros(const std::string& id, const std::string& other) {
    return id.empty() ? std::string(other.size(), '0') : id;
}

Result<webhook::PushBody> make_up_push(const Provider& provider, const Outgoing& outgoing,
                                       const webhook::GenericSender* sender, WallTime now) {
    if (outgoing.repository.empty() || outgoing.ref.empty() ||
        (outgoing.before.empty() && outgoing.after.empty())) {
        return fail(ErrorCode::invalid,
                    "name a PAYLOAD, or make up a push with --repository, --ref, and --old or "
                    "--new or both");
    }
    const auto name = RepositoryName::parse(outgoing.repository);
    if (!name) {
        return fail(name.error().in("--repository"));
    }
    const std::string ref =
        outgoing.ref.starts_with("refs/") ? outgoing.ref : "refs/heads/" + outgoing.ref;
    if (!is_ref_name(ref)) {
        return fail(ErrorCode::invalid,
                    "--ref: \"" + ref + "\" is no ref; write refs/heads/main or refs/tags/v1");
    }
    const std::string before = id_or_zeros(outgoing.before, outgoing.after);
    const std::string after = id_or_zeros(outgoing.after, outgoing.before);
    const auto old_id = ObjectId::parse(before);
    const auto new_id = ObjectId::parse(after);
    if (!old_id || !new_id) {
        return fail(!old_id ? old_id.error().in("--old") : new_id.error().in("--new"));
    }
    if (before.size() != after.size() || (old_id->is_zero() && new_id->is_zero())) {
        return fail(ErrorCode::invalid,
                    "--old and --new must be of one length, and one of them a commit");
    }
    return provider.make_push({outgoing.repository, ref, before, after, sender}, now);
}

Result<webhook::PushBody> read_payload(const Provider& provider, const Outgoing& outgoing,
                                       const webhook::GenericSender* sender) {
    const std::string_view header =
        sender != nullptr ? std::string_view(sender->event_header()) : provider.event_header;
    if (outgoing.event.empty() && !header.empty()) {
        return fail(ErrorCode::invalid,
                    "--event is missing: what this provider writes into " + std::string(header));
    }
    auto body = read_file(outgoing.payload);
    if (!body) {
        return fail(body.error());
    }
    return webhook::PushBody{{}, *std::move(body)};
}

/// **Source:** URL standard, "application/x-www-form-urlencoded serializing".
std::string as_form(std::string_view json) {
    constexpr std::string_view k_plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._";
    constexpr std::string_view k_hex = "0123456789ABCDEF";
    std::string form = "payload=";
    for (const char c : json) {
        if (k_plain.find(c) != std::string_view::npos) {
            form += c;
        } else if (c == ' ') {
            form += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            form += '%';
            form += k_hex[byte >> 4U];
            form += k_hex[byte & 15U];
        }
    }
    return form;
}

Status check_given(const Outgoing& outgoing, const std::optional<ConfiguredEndpoint>& configured) {
    if (!configured && (outgoing.provider.empty() || outgoing.secret_file.empty())) {
        return fail(ErrorCode::invalid,
                    "give --provider and --secret-file, or --endpoint of the configuration");
    }
    if (configured && !outgoing.provider.empty() && outgoing.provider != configured->provider) {
        return fail(ErrorCode::invalid,
                    "the provider of \"" + outgoing.endpoint + "\" is " + configured->provider);
    }
    return {};
}

Result<config::Secret> secret_of(const Outgoing& outgoing,
                                 const std::optional<ConfiguredEndpoint>& configured) {
    if (outgoing.secret_file.empty()) {
        return config::Secret(std::string(configured->secret.reveal()));
    }
    auto text = read_file(outgoing.secret_file);
    if (!text) {
        return fail(text.error());
    }
    while (text->ends_with('\n') || text->ends_with('\r')) {
        text->pop_back();
    }
    return config::Secret(*std::move(text));
}

}  // namespace

Result<http::ClientRequest> make_request(const Outgoing& outgoing, WallTime now) {
    std::optional<ConfiguredEndpoint> configured;
    if (!outgoing.endpoint.empty()) {
        auto found = find_endpoint(outgoing.configuration, outgoing.endpoint, now);
        if (!found) {
            return fail(found.error());
        }
        configured = *std::move(found);
    }
    if (const Status whole = check_given(outgoing, configured); !whole) {
        return fail(whole.error());
    }
    const webhook::GenericSender* const sender = configured ? configured->sender.get() : nullptr;
    const auto provider = find(configured ? configured->provider : outgoing.provider);
    if (!provider) {
        return fail(provider.error());
    }
    if (outgoing.form && (*provider)->forms == webhook::Forms::refused) {
        return fail(ErrorCode::invalid, std::string((*provider)->name) + " sends no forms");
    }
    auto body = outgoing.payload.empty() ? make_up_push(**provider, outgoing, sender, now)
                                         : read_payload(**provider, outgoing, sender);
    if (!body) {
        return fail(body.error());
    }
    const auto secret = secret_of(outgoing, configured);
    if (!secret) {
        return fail(secret.error());
    }
    const std::string event = outgoing.event.empty() ? body->event : outgoing.event;
    const std::string delivery = outgoing.delivery.empty() ? make_ulid(now) : outgoing.delivery;
    std::string form = outgoing.form ? as_form(body->json) : std::string{};
    const auto headers =
        (*provider)->sign({event, delivery, body->json, secret->reveal(), now, form, sender});
    if (!headers) {
        return fail(headers.error());
    }
    http::ClientRequest request;
    request.method = "POST";
    request.url = outgoing.url;
    request.headers = headers->all();
    request.body = outgoing.form ? std::move(form) : std::move(body->json);
    return request;
}

}  // namespace hookd::hookctl
