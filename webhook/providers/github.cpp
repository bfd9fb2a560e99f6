#include "webhook/providers/github.hpp"

#include "core/model/names.hpp"
#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/github_form.hpp"
#include "webhook/recognised.hpp"
#include "webhook/ref_change.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

// GitHub, its Enterprise Server too, which only adds headers of its own. **Source:**
// docs.github.com, "Webhook events and payloads".
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::string_view k_event_header = "X-GitHub-Event";
constexpr std::string_view k_delivery_header = "X-GitHub-Delivery";
constexpr std::string_view k_signature_header = "X-Hub-Signature-256";
constexpr std::string_view k_legacy_header = "X-Hub-Signature";
constexpr std::array k_delivery_headers = {k_delivery_header};

/// A push lists at most so many commits, and does not say how many there were.
constexpr std::size_t k_most_listed_commits = 2048;

// Signatures

KeyForm key_form(std::string_view) {
    return KeyForm::raw;
}

std::optional<Digest> claimed_digest(const http::Headers& headers, Hash hash) {
    return hash == Hash::sha1
               ? parse_hash_header(headers.only(k_legacy_header).value_or(""), Hash::sha1)
               : parse_hash_header(headers.only(k_signature_header).value_or(""), Hash::sha256);
}

bool has_proof(const http::Headers& headers) {
    return claimed_digest(headers, Hash::sha256) || claimed_digest(headers, Hash::sha1);
}

/// The endpoint's keys tell which one header counts: there is no way from one to the other.
Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    const Hash hash = keys.empty() ? Hash::sha256 : keys.front().hash();
    return verify_digest(keys, request.body, claimed_digest(request.headers, hash));
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    const auto key = Key::make(delivery.secret, KeyForm::raw);
    const auto legacy = Key::make(delivery.secret, KeyForm::raw, Hash::sha1);
    if (!key || !legacy) {
        return fail(key ? legacy.error() : key.error());
    }
    http::Headers headers;
    headers.add("User-Agent", "GitHub-Hookshot/hookctl");
    headers.add("Accept", "*/*");
    headers.add("Content-Type", std::string(delivery.content_type()));
    headers.add(std::string(k_event_header), std::string(delivery.event));
    headers.add(std::string(k_delivery_header), std::string(delivery.delivery));
    headers.add("X-GitHub-Hook-ID", "1");
    headers.add("X-GitHub-Hook-Installation-Target-Type", "repository");
    headers.add("X-GitHub-Hook-Installation-Target-ID", "1");
    headers.add(std::string(k_legacy_header), to_hash_header(legacy->sign({delivery.sent()})));
    headers.add(std::string(k_signature_header), to_hash_header(key->sign({delivery.sent()})));
    return headers;
}

// Events

const Selection& push_selection() {
    static const Selection k_wanted{"{ref,before,after,forced}",
                                    "commits/*/{id,message,timestamp}",
                                    "commits/*/author/{name,email}",
                                    "commits/*/added/*",
                                    "commits/*/modified/*",
                                    "commits/*/removed/*",
                                    "repository/full_name",
                                    "sender/login",
                                    "pusher/{name,email}"};
    return k_wanted;
}

/// Everything but pushes.
const Selection& other_selection() {
    static const Selection k_wanted{
        "{action,ref,ref_type,before,after}",
        "repository/full_name",
        "sender/login",
        "pull_request/{number,title,html_url,draft,merged,merge_commit_sha}",
        "pull_request/labels/*/name",
        "pull_request/head/{ref,sha}",
        "pull_request/head/repo/full_name",
        "pull_request/base/ref",
        "pull_request/base/repo/full_name",
        "release/{tag_name,name,html_url,prerelease,draft}"};
    return k_wanted;
}

void describe(Event& event, const ProviderRequest&, const Json& json) {
    event.change = text_at(json, "action");
    Person person{text_at(json, "sender/login"), text_at(json, "pusher/name"),
                  text_at(json, "pusher/email")};
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

Status read_push(Events& events, const Json& json, Kept kept) {
    Event& event = events.front();
    if (Status read = set_ref_change(event, json); !read) {
        return read;
    }
    event.forced = optional_flag_at(json, "forced");
    const Json* const commits = field(json, "commits");
    CommitList list{commits, std::nullopt, kept};
    if (commits != nullptr && commits->size() < k_most_listed_commits) {
        list.total = static_cast<std::int64_t>(commits->size());
    }
    return set_commits(event, list);
}

Status read_pull_request(Events& events, const Json& json, Kept) {
    return read_pull_request_event(events.front(), json, "synchronize");
}

Status read_release_event(Events& events, const Json& json, Kept) {
    return read_release(events.front(), json);
}

Status read_comment(Events& events, const Json& json, Kept) {
    events.front().kind = EventKind::comment;
    const bool on_pull_request = field(json, "pull_request") != nullptr;
    return on_pull_request ? set_pull_request(events.front(), json) : Status{};
}

/// `create` and `delete` come besides the push that tells the same, and without object ids.
Status read_ref_notice(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    if (const auto type = require_text(json, "ref_type"); !type) {
        return fail(type.error());  // a body of something else under this name
    }
    event.ref = ref_of_notice(json).value_or("");
    event.branch = branch_of(event.ref);
    event.tag = tag_of(event.ref);
    return {};
}

constexpr std::array k_events = {
    Recognised{"push", push_selection, OfRepository::always, read_push},
    Recognised{"pull_request", other_selection, OfRepository::always, read_pull_request},
    Recognised{"release", other_selection, OfRepository::always, read_release_event},
    Recognised{"issue_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"commit_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_review", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_review_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"create", other_selection, OfRepository::always, read_ref_notice},
    Recognised{"delete", other_selection, OfRepository::always, read_ref_notice},
    Recognised{"ping", other_selection, OfRepository::maybe, read_ping},
};

constexpr Recognition k_recognition = {
    .known = k_events,
    .unknown = {"", other_selection, OfRepository::maybe, read_nothing},
    .check = nullptr,
    .repository = full_name_of_repository,
    .describe = describe,
};

Result<Events> normalize(const ProviderRequest& request) {
    return normalize_recognised(k_recognition, request);
}

}  // namespace

constinit const Provider k_github = {
    .name = "github",
    .event_header = k_event_header,
    .delivery_headers = k_delivery_headers,
    .forms = Forms::signed_as_sent,
    .key_form = key_form,
    .has_proof = has_proof,
    .signed_prefix = nullptr,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_github_push,
    // It never retries by itself; what stands between it and us may, right away.
    .repeats = {.retried_for = std::chrono::minutes(1)},
};

}  // namespace hookd::webhook
