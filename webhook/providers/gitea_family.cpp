#include "webhook/providers/gitea_family.hpp"

#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/github_form.hpp"
#include "webhook/ref_change.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <utility>

namespace hookd::webhook::gitea_family {
namespace {

using Json = nlohmann::json;

const Selection& push_selection() {
    static const Selection k_wanted{"{ref,before,after,total_commits}",
                                    "commits/*/{id,message,timestamp}",
                                    "commits/*/author/{name,email}",
                                    "commits/*/added/*",
                                    "commits/*/modified/*",
                                    "commits/*/removed/*",
                                    "repository/full_name",
                                    "sender/{login,username,full_name,email}"};
    return k_wanted;
}

/// Everything but pushes.
const Selection& other_selection() {
    static const Selection k_wanted{
        "{action,number,ref,ref_type,sha}",
        "repository/{full_name,object_format_name}",
        "sender/{login,username,full_name,email}",
        "pull_request/{number,title,html_url,draft,merged,merge_commit_sha}",
        "pull_request/labels/*/name",
        "pull_request/head/{ref,sha,repo_id}",
        "pull_request/head/repo/full_name",
        "pull_request/base/{ref,repo_id}",
        "pull_request/base/repo/full_name",
        "pull_request/{head_branch,base_branch}",
        "pull_request/head_repo/full_name",
        "pull_request/base_repo/full_name",
        "release/{tag_name,name,html_url,prerelease,draft}"};
    return k_wanted;
}

void describe(Event& event, const ProviderRequest&, const Json& json) {
    event.change = text_at(json, "action");
    Person person{text_at(json, "sender/login"), text_at(json, "sender/full_name"),
                  text_at(json, "sender/email")};
    if (person.login.empty()) {
        person.login = text_at(json, "sender/username");
    }
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

/// What the button that tests a hook sends: a push from where the branch is to where it is.
bool is_test(const Json& json) {
    const std::string before = text_at(json, "before");
    return !before.empty() && before == text_at(json, "after");
}

Status read_push(Events& events, const Json& json, Kept kept) {
    if (is_test(json)) {
        return read_ping(events, json, kept);
    }
    Event& event = events.front();
    if (Status read = set_ref_change(event, json); !read) {
        return read;
    }
    // How many commits are listed is a setting, and without a total nothing tells what is missing.
    return set_commits(event, {field(json, "commits"), number_at(json, "total_commits"), kept});
}

Status read_pull_request(Events& events, const Json& json, Kept) {
    return read_pull_request_event(events.front(), json, "synchronized");
}

Status read_release_event(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    if (event.change == "updated") {
        event.change = "edited";
    }
    return read_release(event, json);
}

/// Reviews are sent as comments, and a comment on a pull request as one on an issue.
Status read_comment(Events& events, const Json& json, Kept) {
    events.front().kind = EventKind::comment;
    const Json* const pull = field(json, "pull_request");
    return pull != nullptr && pull->is_object() ? set_pull_request(events.front(), json) : Status{};
}

Status read_notice(Events& events, const Json& json) {
    auto ref = ref_of_notice(json);
    if (!ref) {
        return fail(ref.error());
    }
    Event& event = events.front();
    event.ref = *std::move(ref);
    event.branch = branch_of(event.ref);
    event.tag = tag_of(event.ref);
    return {};
}

Status read_create(Events& events, const Json& json, Kept) {
    events.front().after = object_id_at(json, "sha");
    return read_notice(events, json);
}

/// It does not say where the ref was. A body with a commit is that of a creation.
Status read_delete(Events& events, const Json& json, Kept) {
    if (field(json, "sha") != nullptr) {
        return fail(ErrorCode::invalid, "\"sha\" is there, but the ref is to be gone");
    }
    constexpr std::size_t k_sha1_digits = 40;
    constexpr std::size_t k_sha256_digits = 64;
    const bool sha256 = text_at(json, "repository/object_format_name") == "sha256";
    events.front().after = std::string(sha256 ? k_sha256_digits : k_sha1_digits, '0');
    return read_notice(events, json);
}

constexpr std::array k_events = {
    Recognised{"push", push_selection, OfRepository::always, read_push},
    Recognised{"create", other_selection, OfRepository::always, read_create},
    Recognised{"delete", other_selection, OfRepository::always, read_delete},
    Recognised{"pull_request", other_selection, OfRepository::always, read_pull_request},
    Recognised{"release", other_selection, OfRepository::always, read_release_event},
    Recognised{"issue_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_approved", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_rejected", other_selection, OfRepository::always, read_comment},
};

constexpr Recognition k_recognition = {
    .known = k_events,
    .unknown = {"", other_selection, OfRepository::maybe, read_nothing},
    .check = nullptr,
    .repository = full_name_of_repository,
    .describe = describe,
};

/// Makes the change of the ref of what told of it.
Status promote(Event& event) {
    if (event.after.empty()) {
        return fail(ErrorCode::invalid, "\"sha\" is not there or no object id");
    }
    const bool deleted = event.after.find_first_not_of('0') == std::string::npos;
    std::string before = deleted ? std::string{} : std::string(event.after.size(), '0');
    describe_ref_change(event, std::move(event.ref), std::move(before), std::move(event.after));
    return {};
}

/// The finer names of events, which go into a header of their own.
struct EventType {
    std::string_view type, event;
};
constexpr std::array k_event_types = {
    EventType{"issue_assign", "issues"},
    EventType{"issue_label", "issues"},
    EventType{"issue_milestone", "issues"},
    EventType{"pull_request_assign", "pull_request"},
    EventType{"pull_request_label", "pull_request"},
    EventType{"pull_request_milestone", "pull_request"},
    EventType{"pull_request_sync", "pull_request"},
    EventType{"pull_request_review_request", "pull_request"},
    EventType{"pull_request_review_approved", "pull_request_approved"},
    EventType{"pull_request_review_rejected", "pull_request_rejected"},
    EventType{"pull_request_review_comment", "pull_request_comment"},
};

std::string_view event_of(std::string_view type) {
    for (const EventType& known : k_event_types) {
        if (known.type == type) {
            return known.event;
        }
    }
    return type;
}

void add(http::Headers& headers, std::string_view name, std::string_view value) {
    if (!name.empty()) {
        headers.add(std::string(name), std::string(value));
    }
}

}  // namespace

KeyForm key_form(std::string_view) {
    return KeyForm::raw;
}

bool has_proof(const http::Headers& headers, std::string_view signature_header) {
    return digest_from_hex(headers.only(signature_header).value_or(""), Hash::sha256).has_value();
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys,
               std::string_view signature_header) {
    const auto value = request.headers.only(signature_header).value_or("");
    return verify_digest(keys, request.body, digest_from_hex(value, Hash::sha256));
}

Result<http::Headers> sign(const OutgoingDelivery& delivery, std::span<const HeaderNames> names,
                           HubSignatures hub) {
    const auto key = Key::make(delivery.secret, KeyForm::raw);
    const auto legacy = Key::make(delivery.secret, KeyForm::raw, Hash::sha1);
    if (!key || !legacy) {
        return fail(key ? legacy.error() : key.error());
    }
    const Digest digest = key->sign({delivery.json});
    http::Headers headers;
    headers.add("User-Agent", "Go-http-client/1.1");
    headers.add("Content-Type", std::string(delivery.content_type()));
    for (const HeaderNames& of : names) {
        add(headers, of.delivery, delivery.delivery);
        add(headers, of.event, event_of(delivery.event));
        add(headers, of.event_type, delivery.event);
        add(headers, of.signature, to_hex(digest));
        add(headers, of.hook_type, "repository");
    }
    if (hub == HubSignatures::sent) {
        headers.add("X-Hub-Signature", to_hash_header(legacy->sign({delivery.json})));
        headers.add("X-Hub-Signature-256", to_hash_header(digest));
    }
    return headers;
}

Result<Events> normalize(const ProviderRequest& request, OnlyByNotice only_by_notice) {
    auto events = normalize_recognised(k_recognition, request);
    const bool notice = request.event == "create" || request.event == "delete";
    if (!events || !notice) {
        return events;
    }
    Event& event = events->front();
    if (event.ref.empty() || !only_by_notice(request.event, event.ref)) {
        // The push says what happened; ids here would look as if this did.
        event.after.clear();
        return events;
    }
    if (const Status made = promote(event); !made) {
        return fail(made.error());
    }
    return events;
}

}  // namespace hookd::webhook::gitea_family
