#include "webhook/providers/github.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/webhook/payloads.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

namespace {

Result<std::vector<Event>> normalize(std::string_view event, const Json& body) {
    const std::string text = body.dump();
    return k_github.normalize({event, text});
}

Event only(std::string_view event, const Json& body) {
    const auto events = normalize(event, body);
    REQUIRE(events);
    REQUIRE(events->size() == 1);
    return events->front();
}

Json payload(const std::string& name) {
    return test::read_json_data("payloads/github/" + name);
}

/// A recorded body with the value at a JSON Pointer replaced.
Json changed(const std::string& name, const std::string& pointer, const Json& value) {
    Json body = payload(name);
    body[Json::json_pointer(pointer)] = value;
    return body;
}

Json without(const std::string& name, const std::string& parent, const std::string& member) {
    Json body = payload(name);
    body[Json::json_pointer(parent)].erase(member);
    return body;
}

}  // namespace

TEST_CASE("GitHub's pull request actions become changes, new ones keep their word") {
    const auto change = [](const std::string& action) {
        return only("pull_request", changed("pull-request-closed.json", "/action", action)).change;
    };
    CHECK(change("opened") == "opened");
    CHECK(change("reopened") == "reopened");
    CHECK(change("closed") == "closed");
    CHECK(change("edited") == "edited");
    CHECK(change("synchronize") == "updated");
    CHECK(change("labeled") == "edited");
    CHECK(change("ready_for_review") == "edited");
    CHECK(change("review_requested") == "review_requested");
    CHECK(change("some_new_action") == "some_new_action");
    CHECK_FALSE(normalize("pull_request", changed("pull-request-closed.json", "/action", 7)));
}

TEST_CASE("GitHub's trial merge is no merge commit") {
    const Event closed = only("pull_request", payload("pull-request-closed.json"));
    CHECK(closed.merge_request->merge_commit.empty());
    CHECK(closed.commit() == closed.merge_request->source_commit);
    const Event merged = only("pull_request", payload("pull-request-merged.json"));
    CHECK(merged.commit() == "473d70eb7c50a54ae62bf9b124efa1c3eb245be8");
}

TEST_CASE("a GitHub pull request whose source is gone counts as from a fork") {
    const Event event = only(
        "pull_request", changed("pull-request-closed.json", "/pull_request/head/repo", nullptr));
    CHECK(event.merge_request->fork);
    CHECK(event.merge_request->source_repository.empty());
    // Both in one repository that is itself a fork of a third.
    CHECK_FALSE(only("pull_request", payload("pull-request-synchronize.json")).merge_request->fork);
}

TEST_CASE("draft and labels of a GitHub pull request are read") {
    Json body = changed("pull-request-closed.json", "/pull_request/draft", true);
    body["pull_request"]["labels"] = Json::parse(R"([{"name": "bug", "id": 1}, {"name": "ui"}])");
    const Event event = only("pull_request", body);
    CHECK(event.merge_request->draft);
    CHECK(event.merge_request->labels == std::vector<std::string>{"bug", "ui"});
}

TEST_CASE("GitHub lists at most 2048 commits, so such a list may be cut") {
    Json body = payload("push.json");
    const Json commit = body["commits"][0];
    body["commits"] = Json::array();
    for (int i = 0; i < 2047; ++i) {
        body["commits"].push_back(commit);
    }
    Event event = only("push", body);
    CHECK(event.commit_count == 2047);
    CHECK(event.paths_complete);
    body["commits"].push_back(commit);
    event = only("push", body);
    CHECK_FALSE(event.commit_count);
    CHECK_FALSE(event.paths_complete);
    CHECK(event.commits.size() == 100);
}

TEST_CASE("a GitHub push of more paths than we keep says that it is not whole") {
    Json body = payload("push.json");
    body["commits"][0]["added"] = Json::array();
    for (int i = 0; i < 40'000; ++i) {
        body["commits"][0]["added"].push_back("p" + std::to_string(i));
    }
    const Event event = only("push", body);
    CHECK(event.repository.text() == "Codertocat/Hello-World");
    CHECK_FALSE(event.commits_complete);
    CHECK_FALSE(event.paths_complete);
    CHECK(event.paths.size() > 30'000);
}

TEST_CASE("a GitHub push without the word forced does not say") {
    CHECK_FALSE(only("push", without("push.json", "", "forced")).forced.has_value());
    CHECK(only("push", payload("push.json")).forced == false);
    CHECK(only("push", payload("push-forced.json")).forced == true);
}

TEST_CASE("GitHub's object ids may have 64 digits") {
    Json body = changed("push.json", "/after", std::string(64, 'b'));
    body["before"] = std::string(64, '0');
    const Event event = only("push", body);
    CHECK(event.after == std::string(64, 'b'));
    CHECK(event.change == "created");
}

TEST_CASE("a GitHub push that is none is refused") {
    for (const auto& [pointer, value] :
         std::vector<std::pair<std::string, Json>>{{"/ref", nullptr},
                                                   {"/ref", "main"},
                                                   {"/ref", "refs/heads/../x"},
                                                   {"/ref", Json::object()},
                                                   {"/before", "abc"},
                                                   {"/after", 7},
                                                   {"/after", "None"},
                                                   {"/commits", "x"},
                                                   {"/commits", Json::object()},
                                                   {"/commits", Json::array({1})},
                                                   {"/repository/full_name", 7},
                                                   {"/repository", nullptr}}) {
        INFO(pointer << " " << value.dump());
        const auto events = normalize("push", changed("push.json", pointer, value));
        REQUIRE_FALSE(events);
        CHECK(events.error().code == ErrorCode::invalid);
    }
    CHECK_FALSE(normalize("push", without("push.json", "", "ref")));
    CHECK_FALSE(
        normalize("push", changed("push-branch-create.json", "/after", std::string(40, '0'))));
    CHECK_FALSE(normalize("push", Json::array()));
    CHECK_FALSE(normalize("push", "push"));
}

TEST_CASE("T006 a GitHub body sent under another event's name does not become that event") {
    CHECK_FALSE(normalize("push", payload("pull-request-merged.json")));
    CHECK_FALSE(normalize("push", payload("create-branch.json")));
    CHECK_FALSE(normalize("push", payload("ping.json")));
    CHECK_FALSE(normalize("pull_request", payload("push.json")));
    CHECK_FALSE(normalize("release", payload("push.json")));
    CHECK_FALSE(normalize("create", payload("push.json")));
    CHECK_FALSE(normalize("delete", payload("pull-request-merged.json")));
}

TEST_CASE("a GitHub pull request that is none is refused") {
    const std::string file = "pull-request-merged.json";
    for (const char* pointer :
         {"/pull_request", "/pull_request/number", "/pull_request/head", "/pull_request/head/sha",
          "/pull_request/head/ref", "/pull_request/base", "/pull_request/base/ref",
          "/pull_request/base/repo", "/repository"}) {
        INFO(pointer);
        CHECK_FALSE(normalize("pull_request", changed(file, pointer, nullptr)));
        CHECK_FALSE(normalize("pull_request", changed(file, pointer, "x y")));
    }
}

TEST_CASE("T026 a GitHub repository that nobody could configure is denied") {
    const auto events =
        normalize("push", changed("push.json", "/repository/full_name", "../../etc"));
    REQUIRE_FALSE(events);
    CHECK(events.error().code == ErrorCode::denied);
}

TEST_CASE("an event of GitHub that is new to us is other, with or without a repository") {
    Event event = only("sponsorship_party", Json::parse(R"({"action": "begun",
        "repository": {"full_name": "acme/shop"}, "sender": {"login": "ann"}})"));
    CHECK(event.kind == EventKind::other);
    CHECK(event.change == "begun");
    CHECK(event.repository.text() == "acme/shop");
    CHECK(event.actor == Person{"ann", "", ""});
    event = only("organization", Json::parse(R"({"organization": {"login": "acme"}})"));
    CHECK(event.repository.text().empty());
}

TEST_CASE("GitHub's comments say on which pull request they are") {
    Json body = payload("pull-request-merged.json");
    body["action"] = "created";
    Event event = only("pull_request_review_comment", body);
    CHECK(event.kind == EventKind::comment);
    CHECK(event.change == "created");
    CHECK(event.merge_request->number == 62);
    body.erase("pull_request");
    event = only("issue_comment", body);
    CHECK(event.kind == EventKind::comment);
    CHECK_FALSE(event.merge_request);
}

TEST_CASE("a GitHub release keeps its action") {
    for (const char* action : {"published", "edited", "deleted", "prereleased"}) {
        CHECK(only("release", changed("release.json", "/action", action)).change == action);
    }
    CHECK_FALSE(normalize("release", changed("release.json", "/release", nullptr)));
}

TEST_CASE("T003 of GitHub's signature headers only one whole one counts") {
    const std::string good = "sha256=" + std::string(64, 'a');
    const auto has_proof = [](const std::vector<std::pair<std::string, std::string>>& fields) {
        http::Headers headers;
        for (const auto& [name, value] : fields) {
            headers.add(name, value);
        }
        return k_github.has_proof(headers);
    };
    CHECK(has_proof({{"X-Hub-Signature-256", good}}));
    CHECK(has_proof({{"x-hub-signature-256", good}, {"X-Hub-Signature", "sha1=abc"}}));
    CHECK_FALSE(has_proof({}));
    CHECK_FALSE(has_proof({{"X-Hub-Signature", good}}));
    // There may be an endpoint that asks for it; that its header is well formed is all that counts.
    CHECK(has_proof({{"X-Hub-Signature", "sha1=" + std::string(40, 'a')}}));
    CHECK_FALSE(has_proof({{"X-Hub-Signature", "sha1=" + std::string(64, 'a')}}));
    CHECK_FALSE(has_proof({{"X-Hub-Signature-256", good}, {"X-Hub-Signature-256", good}}));
    CHECK_FALSE(has_proof({{"X-Hub-Signature-256", good}, {"X-HUB-SIGNATURE-256", "x"}}));
    CHECK_FALSE(has_proof({{"X-Hub-Signature-256", ""}}));
}
