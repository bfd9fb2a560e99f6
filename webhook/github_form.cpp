#include "webhook/github_form.hpp"

#include "core/model/ref_name.hpp"
#include "webhook/fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

/// Actions that change neither the commits nor whether it is open. The ones that change a review or
/// who may merge keep their word.
constexpr std::array<std::string_view, 10> k_edits = {
    "labeled",    "unlabeled",  "label_updated", "label_cleared",      "assigned",
    "unassigned", "milestoned", "demilestoned",  "converted_to_draft", "ready_for_review"};

/// Where head and base stand: GitHub's objects, or Gogs's plain members.
struct Ends {
    std::string_view source_branch, source_repository, target_branch, target_repository;
};
constexpr Ends k_objects = {"head/ref", "head/repo/full_name", "base/ref", "base/repo/full_name"};
constexpr Ends k_plain = {"head_branch", "head_repo/full_name", "base_branch",
                          "base_repo/full_name"};

/// Gitea leaves the repositories out at times, but not which they are.
bool is_same_repository(const Json& pull) {
    const auto head = number_at(pull, "head/repo_id");
    return head && head == number_at(pull, "base/repo_id");
}

Result<MergeRequest> read_pull_request(const Json& pull, const Json& json) {
    const bool plain = field(pull, "head_branch") != nullptr;
    const Ends& ends = plain ? k_plain : k_objects;
    auto number = field(pull, "number") != nullptr ? require_number(pull, "number")
                                                   : require_number(json, "number");
    auto commit = plain ? Result<std::string>() : require_object_id(pull, "head/sha");
    auto source = require_branch(pull, ends.source_branch);
    auto target = require_branch(pull, ends.target_branch);
    auto repository = field(pull, plain ? "base_repo" : "base/repo") != nullptr
                          ? require_text(pull, ends.target_repository)
                          : require_text(json, "repository/full_name");
    if (const Status read = all_ok(number, commit, source, target, repository); !read) {
        return fail(read.error().in("pull_request"));
    }
    MergeRequest request;
    request.number = *number;
    request.title = text_at(pull, "title");
    request.url = link_at(pull, "html_url");
    request.draft = flag_at(pull, "draft");
    request.labels = texts_of(field(pull, "labels"), "name");
    request.source_repository = text_at(pull, ends.source_repository);
    if (request.source_repository.empty() && is_same_repository(pull)) {
        request.source_repository = *repository;
    }
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

}  // namespace

Status set_pull_request(Event& event, const Json& json) {
    const Json* const pull = field(json, "pull_request");
    if (pull == nullptr || !pull->is_object()) {
        return fail(ErrorCode::invalid, "\"pull_request\" is not there or no object");
    }
    auto request = read_pull_request(*pull, json);
    if (!request) {
        return fail(request.error());
    }
    event.merge_request = *std::move(request);
    return {};
}

Status read_pull_request_event(Event& event, const Json& json, std::string_view updated) {
    event.kind = EventKind::merge_request;
    if (event.change.empty()) {
        return fail(ErrorCode::invalid, "\"action\" is not there or not a text");
    }
    if (event.change == updated) {
        event.change = "updated";
        event.before = object_id_at(json, "before");
        event.after = object_id_at(json, "after");
    } else if (event.change == "closed" && flag_at(json, "pull_request/merged")) {
        event.change = "merged";
    } else if (std::find(k_edits.begin(), k_edits.end(), event.change) != k_edits.end()) {
        event.change = "edited";
    }
    return set_pull_request(event, json);
}

Status read_release(Event& event, const Json& json) {
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

Result<std::string> ref_of_notice(const Json& json) {
    const auto type = require_text(json, "ref_type");
    const auto name = require_text(json, "ref");
    if (const Status read = all_ok(type, name); !read) {
        return fail(read.error());
    }
    if (*type != "tag" && *type != "branch") {
        return std::string{};
    }
    std::string ref = (*type == "tag" ? "refs/tags/" : "refs/heads/") + *name;
    if (!is_ref_name(ref)) {
        return fail(ErrorCode::invalid, "\"ref\" is no short name of a " + *type);
    }
    return ref;
}

Result<PushBody> make_github_push(const MadeUpPush& push, WallTime) {
    Json body = {{"ref", push.ref}, {"before", push.before}, {"after", push.after}};
    body["commits"] = Json::array();
    body["repository"] = {{"full_name", push.repository}};
    body["sender"] = {{"login", "hookctl"}};
    return PushBody{"push", body.dump()};
}

}  // namespace hookd::webhook
