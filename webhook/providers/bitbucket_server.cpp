#include "webhook/providers/bitbucket_server.hpp"

#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/providers/bitbucket_family.hpp"
#include "webhook/recognised.hpp"
#include "webhook/ref_change.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

// Bitbucket Server and Data Center. **Source:** confluence.atlassian.com, "Event payload".
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 1> k_delivery_headers = {"X-Request-Id"};

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    http::Headers headers;
    headers.add("User-Agent", "Atlassian HttpClient / Bitbucket");
    headers.add("X-Request-Id", std::string(delivery.delivery));
    if (const Status made = bitbucket_family::sign(headers, delivery); !made) {
        return fail(made.error());
    }
    return headers;
}

Result<PushBody> make_push(const MadeUpPush& push, WallTime now) {
    const std::size_t slash = push.repository.find('/');
    if (slash == std::string_view::npos || slash != push.repository.rfind('/')) {
        return fail(ErrorCode::invalid, "a repository of Bitbucket Server is PROJECT/slug");
    }
    const std::string_view branch = branch_of(push.ref);
    const std::string_view tag = tag_of(push.ref);
    if (branch.empty() && tag.empty()) {
        return fail(ErrorCode::invalid, "Bitbucket tells of refs/heads/ and refs/tags/ only");
    }
    const auto is_zero = [](std::string_view id) {
        return id.find_first_not_of('0') == std::string_view::npos;
    };
    const Json ref = {{"id", push.ref},
                      {"displayId", tag.empty() ? branch : tag},
                      {"type", tag.empty() ? "BRANCH" : "TAG"}};
    const Json change = {{"ref", ref},
                         {"refId", push.ref},
                         {"fromHash", push.before},
                         {"toHash", push.after},
                         {"type", is_zero(push.before)  ? "ADD"
                                  : is_zero(push.after) ? "DELETE"
                                                        : "UPDATE"}};
    Json body = {{"eventKey", "repo:refs_changed"}, {"date", to_rfc3339(now)}};
    body["actor"] = {{"name", "hookctl"}};
    body["repository"]["slug"] = push.repository.substr(slash + 1);
    body["repository"]["project"]["key"] = push.repository.substr(0, slash);
    body["changes"] = Json::array({change});
    return PushBody{"repo:refs_changed", body.dump()};
}

// Events

const Selection& selection() {
    static const Selection k_wanted{
        "{eventKey,previousFromHash,test}",
        "actor/{name,displayName,emailAddress}",
        "repository/slug",
        "repository/project/key",
        "changes/*/{refId,fromHash,toHash}",
        "commits/*/{id,message,authorTimestamp}",
        "commits/*/author/{name,emailAddress}",
        "commits/*/parents/*/id",
        "pullRequest/{id,title,draft}",
        "pullRequest/links/self/*/href",
        "pullRequest/properties/mergeCommit/id",
        "pullRequest/fromRef/{displayId,latestCommit}",
        "pullRequest/fromRef/repository/{id,slug}",
        "pullRequest/fromRef/repository/project/key",
        "pullRequest/toRef/displayId",
        "pullRequest/toRef/repository/{id,slug}",
        "pullRequest/toRef/repository/project/key",
    };
    return k_wanted;
}

constexpr std::array k_words = {
    bitbucket_family::Word{"pr:from_ref_updated", "updated"},
    bitbucket_family::Word{"pr:to_ref_updated", "edited"},
    bitbucket_family::Word{"pr:modified", "edited"},
    bitbucket_family::Word{"pr:reviewer:updated", "edited"},
    bitbucket_family::Word{"pr:declined", "closed"},
    bitbucket_family::Word{"diagnostics:ping", ""},
};

/// "PROJECT/slug"; empty where it is not there.
std::string full_name(const Json* repository) {
    const std::string key =
        repository != nullptr ? text_at(*repository, "project/key") : std::string{};
    const std::string slug = repository != nullptr ? text_at(*repository, "slug") : std::string{};
    return key.empty() || slug.empty() ? std::string{} : key + "/" + slug;
}

/// Pull requests name it only as where they go to.
Result<RepositoryName> repository_of(const Json& json, OfRepository of) {
    std::string text = full_name(field(json, "repository"));
    if (text.empty()) {
        text = full_name(field(json, "pullRequest/toRef/repository"));
    }
    if (text.empty()) {
        return of == OfRepository::maybe
                   ? Result<RepositoryName>()
                   : fail(ErrorCode::invalid,
                          "no repository is there with \"project/key\" and \"slug\"");
    }
    auto name = RepositoryName::parse(text);
    if (!name) {
        return fail(ErrorCode::denied, name.error().message);
    }
    return name;
}

/// The body says itself what it is; only the test does not.
Status check(const ProviderRequest& request, const Json& json) {
    const std::string key = text_at(json, "eventKey");
    return key.empty() || key == request.event
               ? Status{}
               : fail(ErrorCode::invalid, "\"eventKey\" is not the event in the header");
}

void describe(Event& event, const ProviderRequest& request, const Json& json) {
    event.change = bitbucket_family::change_of(request.event, k_words);
    Person person{text_at(json, "actor/name"), text_at(json, "actor/displayName"),
                  text_at(json, "actor/emailAddress")};
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

/// Text since Data Center 10, before it milliseconds since 1970.
std::optional<WallTime> either_time_at(const Json& object, std::string_view path) {
    if (const auto milliseconds = number_at(object, path)) {
        return WallTime{std::chrono::milliseconds(*milliseconds)};
    }
    return time_at(object, path);
}

Result<Commit> read_commit(const Json& object, bool& lists_paths) {
    auto id = require_object_id(object, "id");
    if (!id) {
        return fail(id.error());
    }
    lists_paths = false;
    Commit commit;
    commit.id = *std::move(id);
    commit.parents = texts_of(field(object, "parents"), "id");
    commit.message = text_at(object, "message");
    commit.author = {{}, text_at(object, "author/name"), text_at(object, "author/emailAddress")};
    commit.timestamp = either_time_at(object, "authorTimestamp");
    return commit;
}

Status read_refs(Events& events, const Json& json, Kept kept) {
    constexpr RefChangeNames k_names = {"refId", "fromHash", "toHash"};
    const Json* const changes = field(json, "changes");
    if (changes == nullptr || !changes->is_array() || kept == Kept::cut) {
        return fail(ErrorCode::invalid, "\"changes\" is no list, or too long");
    }
    // How many commits are listed at most is a setting. Of several refs nothing tells whose.
    const Json* const commits = changes->size() == 1 ? field(json, "commits") : nullptr;
    const Event common = std::move(events.front());
    events.clear();
    for (const Json& change : *changes) {
        events.push_back(common);
        Status read = set_ref_change(events.back(), change, k_names);
        if (read) {
            read = set_commits(events.back(), {commits, std::nullopt, kept, read_commit});
        }
        if (!read) {
            return fail(read.error().in("changes"));
        }
    }
    return {};
}

Status set_pull_request(Event& event, const Json& pull) {
    auto number = require_number(pull, "id");
    auto source = require_branch(pull, "fromRef/displayId");
    auto commit = require_object_id(pull, "fromRef/latestCommit");
    auto target = require_branch(pull, "toRef/displayId");
    if (Status read = all_ok(number, source, commit, target); !read) {
        return read;
    }
    const auto links = texts_of(field(pull, "links/self"), "href");
    const Json link = {{"href", links.empty() ? std::string{} : links.front()}};
    MergeRequest request;
    request.number = *number;
    request.title = text_at(pull, "title");
    request.url = link_at(link, "href");
    request.draft = flag_at(pull, "draft");
    request.source_repository = full_name(field(pull, "fromRef/repository"));
    request.source_branch = *std::move(source);
    request.source_commit = *std::move(commit);
    request.target_repository = full_name(field(pull, "toRef/repository"));
    request.target_branch = *std::move(target);
    request.merge_commit = object_id_at(pull, "properties/mergeCommit/id");
    const auto from = number_at(pull, "fromRef/repository/id");
    request.fork = !from || from != number_at(pull, "toRef/repository/id") ||
                   request.source_repository != request.target_repository;
    event.merge_request = std::move(request);
    return {};
}

Status read_pull_request(Events& events, const Json& json, Kept) {
    Event& event = events.front();
    const Json* const pull = field(json, "pullRequest");
    if (pull == nullptr || !pull->is_object()) {
        return fail(ErrorCode::invalid, "\"pullRequest\" is not there or no object");
    }
    event.kind = EventKind::merge_request;
    if (const Status read = set_pull_request(event, *pull); !read) {
        return fail(read.error().in("pullRequest"));
    }
    if (event.change == "updated") {
        event.before = object_id_at(json, "previousFromHash");
        event.after = event.merge_request->source_commit;
    }
    return {};
}

Status read_comment(Events& events, const Json& json, Kept) {
    events.front().kind = EventKind::comment;
    const Json* const pull = field(json, "pullRequest");
    return pull != nullptr ? set_pull_request(events.front(), *pull) : Status{};
}

constexpr auto k_always = OfRepository::always;
constexpr std::array k_events = {
    Recognised{"repo:refs_changed", selection, k_always, read_refs},
    Recognised{"pr:opened", selection, k_always, read_pull_request},
    Recognised{"pr:from_ref_updated", selection, k_always, read_pull_request},
    Recognised{"pr:to_ref_updated", selection, k_always, read_pull_request},
    Recognised{"pr:modified", selection, k_always, read_pull_request},
    Recognised{"pr:reviewer:updated", selection, k_always, read_pull_request},
    Recognised{"pr:merged", selection, k_always, read_pull_request},
    Recognised{"pr:declined", selection, k_always, read_pull_request},
    Recognised{"pr:deleted", selection, k_always, read_pull_request},
    Recognised{"pr:reviewer:approved", selection, k_always, read_comment},
    Recognised{"pr:reviewer:unapproved", selection, k_always, read_comment},
    Recognised{"pr:reviewer:needs_work", selection, k_always, read_comment},
    Recognised{"pr:reviewer:changes_requested", selection, k_always, read_comment},
    Recognised{"pr:comment:added", selection, k_always, read_comment},
    Recognised{"pr:comment:edited", selection, k_always, read_comment},
    Recognised{"pr:comment:deleted", selection, k_always, read_comment},
    Recognised{"repo:comment:added", selection, k_always, read_comment},
    Recognised{"repo:comment:edited", selection, k_always, read_comment},
    Recognised{"repo:comment:deleted", selection, k_always, read_comment},
    Recognised{"diagnostics:ping", selection, OfRepository::maybe, read_ping},
};

constexpr Recognition k_recognition = {
    .known = k_events,
    .unknown = {"", selection, OfRepository::maybe, read_nothing},
    .check = check,
    .repository = repository_of,
    .describe = describe,
};

Result<Events> normalize(const ProviderRequest& request) {
    return normalize_recognised(k_recognition, request);
}

}  // namespace

constinit const Provider k_bitbucket_server = {
    .name = "bitbucket-server",
    .event_header = bitbucket_family::k_event_header,
    .delivery_headers = k_delivery_headers,
    .forms = Forms::refused,
    .key_form = bitbucket_family::key_form,
    .has_proof = bitbucket_family::has_proof,
    .signed_prefix = nullptr,
    .verify = bitbucket_family::verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_push,
};

}  // namespace hookd::webhook
