#include "webhook/providers/gitlab.hpp"

#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/json_pick.hpp"
#include "webhook/ref_change.hpp"
#include "webhook/standard_webhooks.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

// GitLab. **Source:** docs.gitlab.com, "Webhook events", "System hooks" and "Webhooks" (secret and
// signing tokens).
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::string_view k_event_header = "X-Gitlab-Event";
constexpr std::string_view k_token_header = "X-Gitlab-Token";
constexpr std::string_view k_signature_header = "webhook-signature";
constexpr std::string_view k_system_hook = "System Hook";
// The signed one first: the other could be changed by who replays a delivery.
constexpr std::array<std::string_view, 2> k_delivery_headers = {"webhook-id", "Idempotency-Key"};

// Signatures

KeyForm key_form(std::string_view secret) {
    return secret.starts_with("whsec_") ? KeyForm::standard_webhooks : KeyForm::raw;
}

bool has_proof(const http::Headers& headers) {
    return headers.count(k_signature_header) > 0
               ? has_standard_signature(headers)
               : !headers.only(k_token_header).value_or(std::string_view{}).empty();
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    // A signature that is there decides, also against a right token. The digests are computed in
    // any case: a wrong token must not be refused sooner than an unknown endpoint.
    const Verdict verdict =
        verify_standard_signature(request.headers, request.body, keys, request.received_at);
    if (request.headers.count(k_signature_header) > 0) {
        return verdict;
    }
    const auto token = request.headers.only(k_token_header).value_or(std::string_view{});
    bool found = false;
    for (const Key& key : keys) {
        const bool same = key.is_secret(token);
        found = found || (same && key.form() == KeyForm::raw);
    }
    return found ? Verdict::right : Verdict::wrong;
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    const auto key = Key::make(delivery.secret, key_form(delivery.secret));
    if (!key) {
        return fail(key.error());
    }
    http::Headers headers;
    headers.add("User-Agent", "GitLab/hookctl");
    headers.add("Content-Type", "application/json");
    headers.add(std::string(k_event_header), std::string(delivery.event));
    headers.add("Idempotency-Key", std::string(delivery.delivery));
    if (key->form() == KeyForm::standard_webhooks) {
        sign_standard(headers, delivery.delivery, delivery.now, delivery.json, *key);
    } else {
        headers.add(std::string(k_token_header), std::string(delivery.secret));
    }
    return headers;
}

Result<PushBody> make_push(const MadeUpPush& push, WallTime) {
    const bool tag = push.ref.starts_with("refs/tags/");
    const bool gone = push.after.find_first_not_of('0') == std::string_view::npos;
    const std::string_view kind = tag ? "tag_push" : "push";
    Json body = {{"object_kind", kind},     {"event_name", kind},  {"ref", push.ref},
                 {"before", push.before},   {"after", push.after}, {"user_username", "hookctl"},
                 {"total_commits_count", 0}};
    body["checkout_sha"] = gone ? Json() : Json(push.after);
    body["commits"] = Json::array();
    body["project"] = {{"path_with_namespace", push.repository}};
    return PushBody{tag ? "Tag Push Hook" : "Push Hook", body.dump()};
}

// Events

const Selection& selection() {
    static const Selection k_wanted{
        "{object_kind,event_name,ref,before,after,total_commits_count}",
        "commits/*/{id,message,timestamp}",
        "commits/*/author/{name,email}",
        "commits/*/added/*",
        "commits/*/modified/*",
        "commits/*/removed/*",
        "push_options/**",
        "changes/*/{ref,before,after}",
        "project/path_with_namespace",
        "{user_username,user_name,user_email}",
        "user/{username,name,email}",
        "labels/*/title",
        "object_attributes/{action,oldrev,state,iid,title,url,draft,work_in_progress}",
        "object_attributes/{source_branch,source_project_id,target_branch,target_project_id}",
        "object_attributes/source/path_with_namespace",
        "object_attributes/target/path_with_namespace",
        "object_attributes/last_commit/id",
        "object_attributes/merge_commit_sha",
        "merge_request/{iid,title,url,draft,work_in_progress}",
        "merge_request/labels/*/title",
        "merge_request/{source_branch,source_project_id,target_branch,target_project_id}",
        "merge_request/source/path_with_namespace",
        "merge_request/target/path_with_namespace",
        "merge_request/last_commit/id",
        "merge_request/merge_commit_sha",
        "{action,tag,name,url}"};
    return k_wanted;
}

/// Who acted: pushes name them at the top, the others in an object.
void set_actor(Event& event, const Json& json) {
    Person person{text_at(json, "user_username"), text_at(json, "user_name"),
                  text_at(json, "user_email")};
    if (person == Person{}) {
        person = {text_at(json, "user/username"), text_at(json, "user/name"),
                  text_at(json, "user/email")};
    }
    if (person.email.find('@') == std::string::npos) {
        person.email.clear();  // GitLab writes "[REDACTED]" where it keeps the address to itself
    }
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

/// {"ci": {"skip": true, "variable": {"A=1": 1}}} as the pusher wrote it: "ci.skip",
/// "ci.variable=A=1".
std::vector<std::string> read_push_options(const Json& json) {
    std::vector<std::string> options;
    const Json* const scopes = field(json, "push_options");
    if (scopes == nullptr || !scopes->is_object()) {
        return options;
    }
    for (const auto& [scope, members] : scopes->items()) {
        if (!members.is_object()) {
            continue;
        }
        for (const auto& [name, value] : members.items()) {
            std::string option = scope;
            option.append(".").append(name);
            if (value.is_object()) {
                for (const auto& [text, count] : value.items()) {
                    options.push_back(option);
                    options.back().append("=").append(text);
                }
            } else if (value.is_string()) {
                options.push_back(option);
                options.back().append("=").append(value.get<std::string>());
            } else {
                options.push_back(option);
            }
        }
    }
    return options;
}

using Events = std::vector<Event>;

// Each finds one event with repository and actor, and completes it.

Status read_push(Events& events, const Json& json, Kept kept) {
    Event& event = events.front();
    if (Status read = set_ref_change(event, json); !read) {
        return read;
    }
    event.push_options = read_push_options(json);
    return set_commits(event,
                       {field(json, "commits"), number_at(json, "total_commits_count"), kept});
}

/// A system hook's list of all refs that one push moved.
Status read_repository_update(Events& events, const Json& json, Kept kept) {
    const Json* const changes = field(json, "changes");
    if (changes == nullptr || !changes->is_array() || kept == Kept::cut) {
        return fail(ErrorCode::invalid, "\"changes\" is no list, or too long");
    }
    const Event common = events.front();
    events.clear();
    for (const Json& change : *changes) {
        events.push_back(common);
        if (const Status read = set_ref_change(events.back(), change); !read) {
            return fail(read.error().in("changes"));
        }
    }
    return {};
}

bool is_fork(const Json& object, const MergeRequest& request) {
    const auto source = number_at(object, "source_project_id");
    const auto target = number_at(object, "target_project_id");
    return request.source_repository != request.target_repository || source != target;
}

Result<MergeRequest> read_merge_request(const Json& object, const Json* labels) {
    auto number = require_number(object, "iid");
    auto commit = require_object_id(object, "last_commit/id");
    auto source = require_branch(object, "source_branch");
    auto target = require_branch(object, "target_branch");
    if (const Status read = all_ok(number, commit, source, target); !read) {
        return fail(read.error());
    }
    MergeRequest request;
    request.number = *number;
    request.title = text_at(object, "title");
    request.url = link_at(object, "url");
    request.draft = flag_at(object, "draft") || flag_at(object, "work_in_progress");
    request.labels = texts_of(labels, "title");
    request.source_repository = text_at(object, "source/path_with_namespace");
    request.source_branch = *std::move(source);
    request.source_commit = *std::move(commit);
    request.target_repository = text_at(object, "target/path_with_namespace");
    request.target_branch = *std::move(target);
    request.merge_commit = object_id_at(object, "merge_commit_sha");
    request.fork = is_fork(object, request);
    return request;
}

/// Without an action, as in old system hooks and in tests from the settings page, the state tells
/// how it ended; one that is open has then at most been edited.
std::string merge_request_change(std::string_view action, std::string_view state,
                                 bool new_commits) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> k_actions = {
        {{"open", "opened"}, {"merge", "merged"}, {"close", "closed"}, {"reopen", "reopened"}}};
    for (const auto& [theirs, ours] : k_actions) {
        if (action == theirs) {
            return std::string(ours);
        }
    }
    if (action == "update" || (action.empty() && state == "opened")) {
        return new_commits ? "updated" : "edited";
    }
    return std::string(action.empty() ? state : action);
}

Status read_merge_request_event(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    const Json* const object = field(json, "object_attributes");
    if (object == nullptr || !object->is_object()) {
        return fail(ErrorCode::invalid, "\"object_attributes\" is not there or no object");
    }
    auto request = read_merge_request(*object, field(json, "labels"));
    if (!request) {
        return fail(request.error().in("object_attributes"));
    }
    const std::string old = object_id_at(*object, "oldrev");
    event.kind = EventKind::merge_request;
    event.change =
        merge_request_change(text_at(*object, "action"), text_at(*object, "state"), !old.empty());
    if (event.change.empty()) {
        return fail(ErrorCode::invalid, "\"object_attributes\" has neither action nor state");
    }
    if (event.change == "updated") {
        event.before = old;
        event.after = request->source_commit;
    }
    event.merge_request = *std::move(request);
    return {};
}

Status read_note(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    event.kind = EventKind::comment;
    event.change = text_at(json, "object_attributes/action");
    const Json* const object = field(json, "merge_request");
    if (object != nullptr && object->is_object()) {
        auto request = read_merge_request(*object, field(*object, "labels"));
        if (!request) {
            return fail(request.error().in("merge_request"));
        }
        event.merge_request = *std::move(request);
    }
    return {};
}

Status read_release(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    auto tag = require_text(json, "tag");
    if (!tag) {
        return fail(tag.error());
    }
    const std::string action = text_at(json, "action");
    event.kind = EventKind::release;
    event.change = action == "create"   ? "published"
                   : action == "update" ? "edited"
                   : action == "delete" ? "deleted"
                                        : action;
    event.release = Release{*std::move(tag), text_at(json, "name"), link_at(json, "url")};
    return {};
}

Status read_unknown(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    event.change = text_at(json, "object_attributes/action");
    return {};
}

struct Recognised {
    std::string_view kind;                    ///< `object_kind`, or `event_name` of a system hook
    std::array<std::string_view, 2> headers;  ///< the project hooks that bring it
    Status (*read)(Events& events, const Json& json, Kept kept);
};

constexpr std::array k_events = {
    Recognised{"push", {"Push Hook"}, read_push},
    Recognised{"tag_push", {"Tag Push Hook"}, read_push},
    Recognised{"merge_request", {"Merge Request Hook"}, read_merge_request_event},
    Recognised{"note", {"Note Hook", "Confidential Note Hook"}, read_note},
    Recognised{"release", {"Release Hook"}, read_release},
    Recognised{"repository_update", {}, read_repository_update},
};
constexpr Recognised k_unknown{"", {}, read_unknown};

/// The header tells the event, and a system hook's body does. A body of another kind than its
/// header was sent under another event name: names of events are not covered by a token.
Result<const Recognised*> recognise(std::string_view header, std::string_view kind) {
    for (const Recognised& known : k_events) {
        const bool named =
            std::find(known.headers.begin(), known.headers.end(), header) != known.headers.end();
        if (named && known.kind != kind) {
            return fail(ErrorCode::invalid, "\"" + std::string(header) +
                                                "\" must have the kind \"" +
                                                std::string(known.kind) + "\"");
        }
        if (known.kind == kind && (named || header == k_system_hook)) {
            return &known;
        }
    }
    return &k_unknown;
}

Result<Events> normalize(const ProviderRequest& request) {
    Json json;
    const auto kept = pick(request.json, selection(), json);
    if (!kept) {
        return fail(kept.error());
    }
    if (!json.is_object()) {
        return fail(ErrorCode::invalid, "the body is no JSON object");
    }
    std::string kind = text_at(json, "object_kind");
    if (kind.empty()) {
        kind = text_at(json, "event_name");
    }
    const auto recognised = recognise(request.event, kind);
    if (!recognised) {
        return fail(recognised.error());
    }
    auto repository = *recognised == &k_unknown
                          ? repository_at(json, "project/path_with_namespace")
                          : require_repository(json, "project/path_with_namespace");
    if (!repository) {
        return fail(repository.error());
    }
    Events events(1);
    events.front().repository = *std::move(repository);
    set_actor(events.front(), json);
    if (const Status read = (*recognised)->read(events, json, *kept); !read) {
        return fail(read.error());
    }
    return events;
}

}  // namespace

constinit const Provider k_gitlab = {
    .name = "gitlab",
    .event_header = k_event_header,
    .delivery_headers = k_delivery_headers,
    .forms = Forms::refused,
    .key_form = key_form,
    .has_proof = has_proof,
    .signed_prefix = standard_prefix,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_push,
    .repeats = {.retried_for = std::chrono::minutes(10), .proves_id = k_signature_header},
};

}  // namespace hookd::webhook
