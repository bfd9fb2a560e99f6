// The kinds of event of every provider, beside what the recorded deliveries show, and forms.
#include "tests/unit/webhook/requests.hpp"

#include <algorithm>
#include <array>

using namespace hookd;
using namespace hookd::test;
using Json = nlohmann::json;

namespace {

const std::string k_id64(64, 'e');
const std::string k_zero64(64, '0');

struct Sent {
    std::string provider, event;
    Json body;
};

Json with(Json body, const Json& more) {
    body.merge_patch(more);
    return body;
}

Json recorded_body(const std::string& file) {
    return read_json_data("payloads/" + file);
}

std::vector<Event> read(const Sent& sent) {
    const std::string body = sent.body.dump();
    auto events = find_provider(sent.provider)->normalize({sent.event, body});
    if (!events) {
        FAIL(sent.provider << " " << sent.event << ": " << events.error().message);
    }
    return *std::move(events);
}

Event one(const Sent& sent) {
    auto events = read(sent);
    INFO(sent.provider << " " << sent.event);
    REQUIRE(events.size() == 1);
    return events.front();
}

const std::array<std::string_view, 3> k_gitea_family = {"gitea", "forgejo", "gogs"};

Json gitea_like(const Json& more) {
    return with({{"repository", {{"full_name", "acme/shop"}}}, {"sender", {{"login", "ann"}}}},
                more);
}

}  // namespace

TEST_CASE("every provider's comments, releases and pings are known") {
    const Json no_action = {{"action", "created"}};
    for (const std::string_view provider : k_gitea_family) {
        const std::string name(provider);
        INFO(name);
        const Event comment = one({name, "issue_comment", gitea_like(no_action)});
        CHECK(comment.kind == EventKind::comment);
        CHECK(comment.change == "created");
        CHECK_FALSE(comment.merge_request);
        const Event release =
            one({name, "release",
                 gitea_like(
                     {{"action", "updated"}, {"release", {{"tag_name", "v1"}, {"draft", true}}}})});
        CHECK(release.kind == EventKind::release);
        CHECK(release.change == "edited");
        CHECK(release.release->draft);
        const std::string id(40, 'a');
        const Event ping = one({name, "push",
                                gitea_like({{"ref", "refs/heads/main"},
                                            {"before", id},
                                            {"after", id},
                                            {"commits", Json::array()}})});
        CHECK(ping.kind == EventKind::ping);
        CHECK(ping.repository.text() == "acme/shop");
    }
    for (const char* review :
         {"pull_request_comment", "pull_request_approved", "pull_request_rejected"}) {
        const Event event = one({"gitea", review, recorded_body("gitea/pull-request-closed.json")});
        CHECK(event.kind == EventKind::comment);
        CHECK(event.merge_request->number == 1);
    }
    for (const char* word :
         {"approved", "unapproved", "changes_request_created", "changes_request_removed",
          "comment_created", "comment_updated", "comment_deleted"}) {
        INFO(word);
        const Event event = one({"bitbucket", "pullrequest:" + std::string(word),
                                 recorded_body("bitbucket-cloud/pullrequest-updated.json")});
        CHECK(event.kind == EventKind::comment);
        CHECK(event.merge_request->number == 1);
    }
    CHECK(one({"bitbucket",
               "repo:commit_comment_created",
               {{"repository", {{"full_name", "acme/shop"}}}}})
              .change == "created");
    for (const char* event :
         {"pr:comment:added", "pr:comment:edited", "pr:comment:deleted", "pr:reviewer:approved",
          "pr:reviewer:unapproved", "pr:reviewer:needs_work"}) {
        INFO(event);
        const Event comment =
            one({"bitbucket-server", event,
                 with(recorded_body("bitbucket-server/pr-declined.json"), {{"eventKey", event}})});
        CHECK(comment.kind == EventKind::comment);
        CHECK(comment.merge_request->number == 2);
    }
    CHECK(one({"gitlab",
               "Note Hook",
               {{"object_kind", "note"}, {"project", {{"path_with_namespace", "a/b/c"}}}}})
              .kind == EventKind::comment);
    CHECK(one({"standard", "", {{"type", "ping"}}}).kind == EventKind::ping);
}

TEST_CASE("every provider's events that are new to us are other, with or without a repository") {
    for (const Provider* const provider : providers()) {
        INFO(provider->name);
        const std::string body = R"({"type": "something.new", "kind": "something.new"})";
        const auto events = provider->normalize({"something:new", body});
        REQUIRE(events);
        REQUIRE(events->size() == 1);
        CHECK(events->front().kind == EventKind::other);
        CHECK(events->front().repository.text().empty());
    }
}

TEST_CASE("labels, assignees and milestones are edits of a pull request at every forge") {
    for (const char* action : {"label_updated", "label_cleared", "assigned", "unassigned",
                               "milestoned", "demilestoned"}) {
        INFO(action);
        const Event event =
            one({"forgejo", "pull_request",
                 with(recorded_body("forgejo/pull-request-closed.json"), {{"action", action}})});
        CHECK(event.change == "edited");
    }
    CHECK(one({"gitea", "pull_request",
               with(recorded_body("gitea/pull-request-closed.json"),
                    {{"action", "review_requested"}})})
              .change == "review_requested");
}

TEST_CASE("object ids of 64 digits come from every provider") {
    for (const std::string_view provider : k_gitea_family) {
        const std::string name(provider);
        INFO(name);
        const Event push = one({name, "push",
                                gitea_like({{"ref", "refs/heads/main"},
                                            {"before", k_zero64},
                                            {"after", k_id64},
                                            {"commits", Json::array({{{"id", k_id64}}})}})});
        CHECK(push.change == "created");
        CHECK(push.commits.at(0).id == k_id64);
        const Event gone = one({name, "delete",
                                gitea_like({{"ref", "old"},
                                            {"ref_type", "branch"},
                                            {"repository", {{"object_format_name", "sha256"}}}})});
        CHECK(gone.change == "deleted");
        CHECK(gone.after == k_zero64);
        CHECK(gone.before.empty());
    }
    const Event lab = one({"gitlab",
                           "Push Hook",
                           {{"object_kind", "push"},
                            {"ref", "refs/heads/main"},
                            {"before", k_id64},
                            {"after", k_zero64},
                            {"project", {{"path_with_namespace", "a/b"}}}}});
    CHECK(lab.change == "deleted");
    const Json side = {{"type", "branch"}, {"name", "main"}, {"target", {{"hash", k_id64}}}};
    Json change = {{"new", side}};
    change["old"] = nullptr;
    const Event cloud = one(
        {"bitbucket",
         "repo:push",
         {{"repository", {{"full_name", "a/b"}}}, {"push", {{"changes", Json::array({change})}}}}});
    CHECK(cloud.before == k_zero64);
    const Event server = one({"bitbucket-server",
                              "repo:refs_changed",
                              {{"repository", {{"slug", "b"}, {"project", {{"key", "A"}}}}},
                               {"changes", Json::array({{{"refId", "refs/heads/main"},
                                                         {"fromHash", k_id64},
                                                         {"toHash", k_zero64}}})}}});
    CHECK(server.change == "deleted");
}

TEST_CASE("where a source lists no files, the paths of a push are not taken to be whole") {
    const std::string old(40, 'a');
    const std::string id(40, 'b');
    const Json move = {{"ref", "refs/heads/main"}, {"before", old}, {"after", id}};
    const Json bare = {{"commits", Json::array({{{"id", id}, {"message", "x"}}})},
                       {"total_commits", 1},
                       {"total_commits_count", 1}};
    for (const std::string_view provider : k_gitea_family) {
        const Event event = one({std::string(provider), "push", gitea_like(with(move, bare))});
        CHECK(event.commits_complete);
        CHECK_FALSE(event.paths_complete);
    }
    const Event lab =
        one({"gitlab", "System Hook",
             with(with(move, bare),
                  {{"event_name", "push"}, {"project", {{"path_with_namespace", "a/b"}}}})});
    CHECK(lab.commits_complete);
    CHECK_FALSE(lab.paths_complete);
}

TEST_CASE("a Bitbucket delivery with more changes than are kept is refused, none is lost") {
    Json cloud = {{"repository", {{"full_name", "a/b"}}}};
    Json server = {{"repository", {{"slug", "b"}, {"project", {{"key", "A"}}}}}};
    const std::string id(40, 'a');
    const Json side = {{"type", "branch"}, {"name", "x"}, {"target", {{"hash", id}}}};
    for (int i = 0; i < 33'000; ++i) {
        cloud["push"]["changes"].push_back({{"new", side}});
        server["changes"].push_back(
            {{"refId", "refs/heads/x"}, {"fromHash", std::string(40, '0')}, {"toHash", id}});
    }
    const std::string cloud_body = cloud.dump();
    const std::string server_body = server.dump();
    for (const auto& events :
         {find_provider("bitbucket")->normalize({"repo:push", cloud_body}),
          find_provider("bitbucket-server")->normalize({"repo:refs_changed", server_body})}) {
        REQUIRE_FALSE(events);
        CHECK(events.error().message.find("too long") != std::string::npos);
    }
}

TEST_CASE("T017 Gitea, Forgejo and Gogs sign the JSON inside a form, and not the form") {
    config::Configuration configuration;
    for (const std::string_view provider : k_gitea_family) {
        const std::string name(provider);
        configuration.endpoints.push_back(
            endpoint("/hooks/" + name, name, k_secret_a, {"acme/shop"}));
    }
    const EndpointTable endpoints(configuration);
    const std::string json = gitea_like({{"action", "created"}}).dump();
    std::string form = "payload=";
    for (const char c : json) {
        constexpr std::string_view k_digits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        form.append(1, '%').append(1, k_digits[byte >> 4U]).append(1, k_digits[byte & 15U]);
    }
    for (const std::string_view provider : k_gitea_family) {
        const std::string target = "/hooks/" + std::string(provider);
        INFO(target);
        const auto status = [&](const std::string& signed_text) {
            http::Request request =
                with_header(sent(target, provider, "issue_comment", k_secret_a, signed_text),
                            "Content-Type", {"application/x-www-form-urlencoded"});
            request.body = form;
            return status_of(request, endpoints);
        };
        CHECK(status(json) == 202);
        CHECK(status(form) == 401);
    }
}

TEST_CASE("a GitHub Enterprise Server is GitHub with headers of its own, which are kept") {
    http::Request request = good();
    request.head.headers.add("X-GitHub-Enterprise-Version", "3.15.0");
    request.head.headers.add("X-GitHub-Enterprise-Host", "github.acme.test");
    const Admission admission = admitted(request);
    CHECK(admission.events.size() == 1);
    CHECK(std::count(admission.delivery.headers.begin(), admission.delivery.headers.end(),
                     std::pair<std::string, std::string>("X-GitHub-Enterprise-Host",
                                                         "github.acme.test")) == 1);
}
