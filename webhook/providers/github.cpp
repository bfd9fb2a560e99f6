#include "webhook/providers/github.hpp"

#include "core/model/ref_name.hpp"
#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/json_pick.hpp"
#include "webhook/ref_change.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

// GitHub. **Source:** docs.github.com, "Webhook events and payloads".
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::string_view k_event_header = "X-GitHub-Event";
constexpr std::string_view k_delivery_header = "X-GitHub-Delivery";
constexpr std::string_view k_signature_header = "X-Hub-Signature-256";
constexpr std::array k_delivery_headers = {k_delivery_header};

/// A push lists at most so many commits, and does not say how many there were.
constexpr std::size_t k_most_listed_commits = 2048;

// Signatures

KeyForm key_form(std::string_view) {
    return KeyForm::raw;
}

std::optional<Digest> claimed_digest(const http::Headers& headers) {
    return parse_sha256_header(headers.only(k_signature_header).value_or(std::string_view{}));
}

bool has_proof(const http::Headers& headers) {
    return claimed_digest(headers).has_value();
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    const auto claimed = claimed_digest(request.headers);
    const std::span<const Digest> digests =
        claimed ? std::span<const Digest>(&*claimed, 1) : std::span<const Digest>{};
    return is_signed_by_any(keys, {request.body}, digests) ? Verdict::right : Verdict::wrong;
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    const auto key = Key::make(delivery.secret, KeyForm::raw);
    if (!key) {
        return fail(key.error());
    }
    http::Headers headers;
    headers.add("User-Agent", "GitHub-Hookshot/hookctl");
    headers.add("Content-Type", "application/json");
    headers.add(std::string(k_event_header), std::string(delivery.event));
    headers.add(std::string(k_delivery_header), std::string(delivery.delivery));
    headers.add(std::string(k_signature_header), to_sha256_header(key->sign({delivery.body})));
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

void set_actor(Event& event, const Json& json) {
    Person person{text_at(json, "sender/login"), text_at(json, "pusher/name"),
                  text_at(json, "pusher/email")};
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

Status read_push(Event& event, const Json& json, Kept kept) {
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

Result<MergeRequest> read_pull_request(const Json& pull) {
    auto number = require_number(pull, "number");
    auto commit = require_object_id(pull, "head/sha");
    auto source = require_branch(pull, "head/ref");
    auto target = require_branch(pull, "base/ref");
    auto repository = require_text(pull, "base/repo/full_name");
    if (const Status read = all_ok(number, commit, source, target, repository); !read) {
        return fail(read.error().in("pull_request"));
    }
    MergeRequest request;
    request.number = *number;
    request.title = text_at(pull, "title");
    request.url = link_at(pull, "html_url");
    request.draft = flag_at(pull, "draft");
    request.labels = texts_of(field(pull, "labels"), "name");
    request.source_repository = text_at(pull, "head/repo/full_name");
    request.source_branch = *std::move(source);
    request.source_commit = *std::move(commit);
    request.target_repository = *std::move(repository);
    request.target_branch = *std::move(target);
    if (flag_at(pull, "merged")) {
        // Before the merge it names a trial merge, which is in no branch.
        request.merge_commit = object_id_at(pull, "merge_commit_sha");
    }
    // `head.repo.fork` says that the repository is a fork of some other, not of this one.
    request.fork = request.source_repository != request.target_repository;
    return request;
}

Status set_pull_request(Event& event, const Json& json) {
    const Json* const pull = field(json, "pull_request");
    if (pull == nullptr || !pull->is_object()) {
        return fail(ErrorCode::invalid, "\"pull_request\" is not there or no object");
    }
    auto request = read_pull_request(*pull);
    if (!request) {
        return fail(request.error());
    }
    event.merge_request = *std::move(request);
    return {};
}

Status read_pull_request_event(Event& event, const Json& json, Kept) {
    event.kind = EventKind::merge_request;
    if (event.change.empty()) {
        return fail(ErrorCode::invalid, "\"action\" is not there or not a text");
    }
    if (event.change == "synchronize") {
        event.change = "updated";
        event.before = object_id_at(json, "before");
        event.after = object_id_at(json, "after");
    } else if (event.change == "closed" && flag_at(json, "pull_request/merged")) {
        event.change = "merged";
    }
    return set_pull_request(event, json);
}

Status read_release(Event& event, const Json& json, Kept) {
    auto tag = require_text(json, "release/tag_name");
    if (!tag) {
        return fail(tag.error());
    }
    event.kind = EventKind::release;
    event.release =
        Release{*std::move(tag), text_at(json, "release/name"), link_at(json, "release/html_url"),
                flag_at(json, "release/prerelease"), flag_at(json, "release/draft")};
    return {};
}

Status read_comment(Event& event, const Json& json, Kept) {
    event.kind = EventKind::comment;
    const bool on_pull_request = field(json, "pull_request") != nullptr;
    return on_pull_request ? set_pull_request(event, json) : Status{};
}

/// `create` and `delete` come besides the push that tells the same, and without object ids.
Status read_ref_notice(Event& event, const Json& json, Kept) {
    const std::string type = text_at(json, "ref_type");
    const std::string name = text_at(json, "ref");
    const std::string ref = (type == "tag" ? "refs/tags/" : "refs/heads/") + name;
    if ((type == "tag" || type == "branch") && is_ref_name(ref)) {
        (type == "tag" ? event.tag : event.branch) = name;
        event.ref = ref;
    }
    return {};
}

Status read_ping(Event& event, const Json&, Kept) {
    event.kind = EventKind::ping;
    return {};
}

Status read_unknown(Event&, const Json&, Kept) {
    return {};
}

enum class OfRepository {
    always,
    maybe,  ///< also sent for an organization or an app
};

struct Recognised {
    std::string_view event;
    const Selection& (*wanted)();
    OfRepository repository;
    Status (*read)(Event& event, const Json& json, Kept kept);
};

constexpr std::array k_events = {
    Recognised{"push", push_selection, OfRepository::always, read_push},
    Recognised{"pull_request", other_selection, OfRepository::always, read_pull_request_event},
    Recognised{"release", other_selection, OfRepository::always, read_release},
    Recognised{"issue_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"commit_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_review", other_selection, OfRepository::always, read_comment},
    Recognised{"pull_request_review_comment", other_selection, OfRepository::always, read_comment},
    Recognised{"create", other_selection, OfRepository::always, read_ref_notice},
    Recognised{"delete", other_selection, OfRepository::always, read_ref_notice},
    Recognised{"ping", other_selection, OfRepository::maybe, read_ping},
};
constexpr Recognised k_unknown{"", other_selection, OfRepository::maybe, read_unknown};

const Recognised& recognise(std::string_view event) {
    const auto found = std::find_if(k_events.begin(), k_events.end(),
                                    [event](const Recognised& r) { return r.event == event; });
    return found != k_events.end() ? *found : k_unknown;
}

Result<std::vector<Event>> normalize(const ProviderRequest& request) {
    const Recognised& recognised = recognise(request.event);
    Json json;
    const auto kept = pick(request.json, recognised.wanted(), json);
    if (!kept) {
        return fail(kept.error());
    }
    if (!json.is_object()) {
        return fail(ErrorCode::invalid, "the body is no JSON object");
    }
    auto repository = recognised.repository == OfRepository::always
                          ? require_repository(json, "repository/full_name")
                          : repository_at(json, "repository/full_name");
    if (!repository) {
        return fail(repository.error());
    }
    Event event;
    event.repository = *std::move(repository);
    event.change = text_at(json, "action");
    set_actor(event, json);
    if (const Status read = recognised.read(event, json, *kept); !read) {
        return fail(read.error());
    }
    return std::vector<Event>{std::move(event)};
}

}  // namespace

constinit const Provider k_github = {
    .name = "github",
    .event_header = k_event_header,
    .delivery_headers = k_delivery_headers,
    .forms = Forms::signed_as_sent,
    .key_form = key_form,
    .has_proof = has_proof,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
};

}  // namespace hookd::webhook
