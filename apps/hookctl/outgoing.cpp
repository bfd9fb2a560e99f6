#include "apps/hookctl/outgoing.hpp"

#include "core/base/file.hpp"
#include "core/base/ulid.hpp"
#include "core/model/names.hpp"
#include "core/model/ref_name.hpp"
#include "webhook/provider.hpp"

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
        known += (known.empty() ? "" : ", ") + std::string(each->name);
    }
    return fail(ErrorCode::invalid, "\"" + name + "\" is no provider; known are " + known);
}

/// A side that is not named is nothing: the ref is new, or goes.
std::string id_or_zeros(const std::string& id, const std::string& other) {
    return id.empty() ? std::string(other.size(), '0') : id;
}

Result<webhook::PushBody> make_up_push(const Provider& provider, const Outgoing& outgoing,
                                       WallTime now) {
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
    return provider.make_push({outgoing.repository, ref, before, after}, now);
}

Result<webhook::PushBody> read_payload(const Provider& provider, const Outgoing& outgoing) {
    if (outgoing.event.empty() && !provider.event_header.empty()) {
        return fail(ErrorCode::invalid, "--event is missing: what this provider writes into " +
                                            std::string(provider.event_header));
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

}  // namespace

Result<http::ClientRequest> make_request(const Outgoing& outgoing, WallTime now) {
    const auto provider = find(outgoing.provider);
    if (!provider) {
        return fail(provider.error());
    }
    if (outgoing.form && (*provider)->forms == webhook::Forms::refused) {
        return fail(ErrorCode::invalid, outgoing.provider + " sends no forms");
    }
    auto body = outgoing.payload.empty() ? make_up_push(**provider, outgoing, now)
                                         : read_payload(**provider, outgoing);
    if (!body) {
        return fail(body.error());
    }
    const auto secret = read_file(outgoing.secret_file);
    if (!secret) {
        return fail(secret.error());
    }
    std::string_view key = *secret;
    while (key.ends_with('\n') || key.ends_with('\r')) {
        key.remove_suffix(1);
    }
    const std::string event = outgoing.event.empty() ? body->event : outgoing.event;
    const std::string delivery = outgoing.delivery.empty() ? make_ulid(now) : outgoing.delivery;
    std::string form = outgoing.form ? as_form(body->json) : std::string{};
    const auto headers = (*provider)->sign({event, delivery, body->json, key, now, form});
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
