#include "webhook/providers/bitbucket.hpp"

#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/providers/bitbucket_family.hpp"
#include "webhook/recognised.hpp"
#include "webhook/ref_change.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

// Bitbucket Cloud. **Source:** support.atlassian.com, "Event payloads".
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 1> k_delivery_headers = {"X-Request-UUID"};

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    http::Headers headers;
    headers.add("User-Agent", "Bitbucket-Webhooks/2.0");
    headers.add("X-Request-UUID", std::string(delivery.delivery));
    headers.add("X-Hook-UUID", "00000000-0000-0000-0000-000000000000");
    headers.add("X-Attempt-Number", "1");
    if (const Status made = bitbucket_family::sign(headers, delivery); !made) {
        return fail(made.error());
    }
    return headers;
}

/// One side of a movement: null where the ref was not there or is gone.
Json side(const Json& type, std::string_view name, std::string_view id) {
    if (id.find_first_not_of('0') == std::string_view::npos) {
        return nullptr;
    }
    return {{"type", type}, {"name", name}, {"target", {{"type", "commit"}, {"hash", id}}}};
}

Result<PushBody> make_push(const MadeUpPush& push, WallTime) {
    const std::string_view branch = branch_of(push.ref);
    const std::string_view tag = tag_of(push.ref);
    if (branch.empty() && tag.empty()) {
        return fail(ErrorCode::invalid, "Bitbucket tells of refs/heads/ and refs/tags/ only");
    }
    const std::string_view name = tag.empty() ? branch : tag;
    const Json type = tag.empty() ? "branch" : "tag";
    Json change = {{"old", side(type, name, push.before)}, {"new", side(type, name, push.after)}};
    change["created"] = change["old"].is_null();
    change["closed"] = change["new"].is_null();
    change["forced"] = false;
    Json body;
    body["push"]["changes"] = Json::array({change});
    body["repository"] = {{"full_name", push.repository}};
    body["actor"] = {{"nickname", "hookctl"}};
    return PushBody{"repo:push", body.dump()};
}

// Events

const Selection& push_selection() {
    static const Selection k_wanted{"push/changes/*/{old,new,forced,truncated}",
                                    "push/changes/*/old/{type,name}",
                                    "push/changes/*/old/target/hash",
                                    "push/changes/*/new/{type,name}",
                                    "push/changes/*/new/target/hash",
                                    "push/changes/*/commits/*/{hash,message,date}",
                                    "push/changes/*/commits/*/author/raw",
                                    "push/changes/*/commits/*/parents/*/hash",
                                    "repository/full_name",
                                    "actor/{username,nickname,display_name}"};
    return k_wanted;
}

const Selection& other_selection() {
    static const Selection k_wanted{"repository/full_name",
                                    "actor/{username,nickname,display_name}",
                                    "pullrequest/{id,title,draft}",
                                    "pullrequest/links/html/href",
                                    "pullrequest/source/commit/hash",
                                    "pullrequest/source/branch/name",
                                    "pullrequest/source/repository/full_name",
                                    "pullrequest/destination/branch/name",
                                    "pullrequest/destination/repository/full_name",
                                    "pullrequest/merge_commit/hash"};
    return k_wanted;
}

// An update may be of the commits or of anything else; nothing tells which.
constexpr std::array k_words = {
    bitbucket_family::Word{"pullrequest:created", "opened"},
    bitbucket_family::Word{"pullrequest:fulfilled", "merged"},
    bitbucket_family::Word{"pullrequest:rejected", "closed"},
};

void describe(Event& event, const ProviderRequest& request, const Json& json) {
    event.change = bitbucket_family::change_of(request.event, k_words);
    Person person{text_at(json, "actor/username"), text_at(json, "actor/display_name"), {}};
    if (person.login.empty()) {
        person.login = text_at(json, "actor/nickname");
    }
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

/// "Ann Example <ann@example.com>" in two.
Person split_author(const std::string& raw) {
    const std::size_t open = raw.rfind('<');
    if (open == std::string::npos || !raw.ends_with('>')) {
        return {{}, raw, {}};
    }
    const std::size_t end = raw.find_last_not_of(' ', open == 0 ? 0 : open - 1);
    return {{},
            raw.substr(0, open == 0 || end == std::string::npos ? 0 : end + 1),
            raw.substr(open + 1, raw.size() - open - 2)};
}

Result<Commit> read_commit(const Json& object, bool& lists_paths) {
    auto id = require_object_id(object, "hash");
    if (!id) {
        return fail(id.error());
    }
    lists_paths = false;
    Commit commit;
    commit.id = *std::move(id);
    commit.parents = texts_of(field(object, "parents"), "hash");
    commit.message = text_at(object, "message");
    commit.author = split_author(text_at(object, "author/raw"));
    commit.timestamp = time_at(object, "date");
    return commit;
}

/// The full name of what stands under `old` or `new`; empty for what is no ref to us.
std::string ref_of(const Json& side) {
    const std::string type = text_at(side, "type");
    const std::string name = text_at(side, "name");
    return type == "branch"                           ? "refs/heads/" + name
           : type == "tag" || type == "annotated_tag" ? "refs/tags/" + name
                                                      : std::string{};
}

/// One side of a change is null where the ref was not there or is gone.
Status read_change(Event& event, const Json& change, Kept kept) {
    const Json* const old_side = field(change, "old");
    const Json* const new_side = field(change, "new");
    const bool was = old_side != nullptr && old_side->is_object();
    const bool is = new_side != nullptr && new_side->is_object();
    if (!was && !is) {
        return fail(ErrorCode::invalid, "neither \"old\" nor \"new\" is an object");
    }
    const std::string ref = ref_of(is ? *new_side : *old_side);
    if (ref.empty()) {
        return {};
    }
    std::string before = was ? text_at(*old_side, "target/hash") : std::string{};
    std::string after = is ? text_at(*new_side, "target/hash") : std::string{};
    if (!was) {
        before.assign(after.size(), '0');
    }
    if (!is) {
        after.assign(before.size(), '0');
    }
    if (const Status read =
            set_ref_change(event, {{"ref", ref}, {"before", before}, {"after", after}});
        !read) {
        return read;
    }
    event.forced = optional_flag_at(change, "forced");
    CommitList list{field(change, "commits"), std::nullopt, kept, read_commit};
    if (list.commits != nullptr && !flag_at(change, "truncated")) {
        list.total = static_cast<std::int64_t>(list.commits->size());
    }
    return set_commits(event, list);
}

Status read_push(Events& events, const Json& json, Kept kept) {
    const Json* const changes = field(json, "push/changes");
    if (changes == nullptr || !changes->is_array() || kept == Kept::cut) {
        return fail(ErrorCode::invalid, "\"push/changes\" is no list, or too long");
    }
    Event common = std::move(events.front());
    common.change.clear();
    events.clear();
    for (const Json& change : *changes) {
        events.push_back(common);
        if (const Status read = read_change(events.back(), change, kept); !read) {
            return fail(read.error().in("changes"));
        }
    }
    return {};
}

/// Its commits are abbreviated, and no part of a commit's name is a commit: they stay empty.
Status set_pull_request(Event& event, const Json& json) {
    auto number = require_number(json, "pullrequest/id");
    auto source = require_branch(json, "pullrequest/source/branch/name");
    auto target = require_branch(json, "pullrequest/destination/branch/name");
    auto repository = require_text(json, "pullrequest/destination/repository/full_name");
    if (Status read = all_ok(number, source, target, repository); !read) {
        return read;
    }
    MergeRequest request;
    request.number = *number;
    request.title = text_at(json, "pullrequest/title");
    request.url = link_at(json, "pullrequest/links/html/href");
    request.draft = flag_at(json, "pullrequest/draft");
    request.source_repository = text_at(json, "pullrequest/source/repository/full_name");
    request.source_branch = *std::move(source);
    request.source_commit = object_id_at(json, "pullrequest/source/commit/hash");
    request.target_repository = *std::move(repository);
    request.target_branch = *std::move(target);
    request.merge_commit = object_id_at(json, "pullrequest/merge_commit/hash");
    request.fork = request.source_repository != request.target_repository;
    event.merge_request = std::move(request);
    return {};
}

Status read_pull_request(Events& events, const Json& json, Kept) {
    events.front().kind = EventKind::merge_request;
    return set_pull_request(events.front(), json);
}

Status read_comment(Events& events, const Json& json, Kept) {
    events.front().kind = EventKind::comment;
    return field(json, "pullrequest") != nullptr ? set_pull_request(events.front(), json)
                                                 : Status{};
}

constexpr auto k_always = OfRepository::always;
constexpr std::array k_events = {
    Recognised{"repo:push", push_selection, k_always, read_push},
    Recognised{"pullrequest:created", other_selection, k_always, read_pull_request},
    Recognised{"pullrequest:updated", other_selection, k_always, read_pull_request},
    Recognised{"pullrequest:fulfilled", other_selection, k_always, read_pull_request},
    Recognised{"pullrequest:rejected", other_selection, k_always, read_pull_request},
    Recognised{"pullrequest:approved", other_selection, k_always, read_comment},
    Recognised{"pullrequest:unapproved", other_selection, k_always, read_comment},
    Recognised{"pullrequest:changes_request_created", other_selection, k_always, read_comment},
    Recognised{"pullrequest:changes_request_removed", other_selection, k_always, read_comment},
    Recognised{"pullrequest:comment_created", other_selection, k_always, read_comment},
    Recognised{"pullrequest:comment_updated", other_selection, k_always, read_comment},
    Recognised{"pullrequest:comment_deleted", other_selection, k_always, read_comment},
    Recognised{"repo:commit_comment_created", other_selection, k_always, read_comment},
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

constinit const Provider k_bitbucket = {
    .name = "bitbucket",
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
    .repeats = {.retried_for = std::chrono::minutes(10), .attempt_header = "X-Attempt-Number"},
};

}  // namespace hookd::webhook
