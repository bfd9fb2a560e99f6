#include "webhook/providers/gitlab.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/webhook/payloads.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

namespace {

constexpr std::string_view k_token = "a secret of some length";
constexpr std::string_view k_signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const WallTime k_now{std::chrono::seconds(1614265330)};

Result<std::vector<Event>> normalize(std::string_view event, const Json& body) {
    const std::string text = body.dump();
    return k_gitlab.normalize({event, text});
}

Event only(std::string_view event, const Json& body) {
    const auto events = normalize(event, body);
    REQUIRE(events);
    REQUIRE(events->size() == 1);
    return events->front();
}

Json payload(const std::string& name) {
    return test::read_json_data("payloads/gitlab/" + name);
}

Json changed(const std::string& name, const std::string& pointer, const Json& value) {
    Json body = payload(name);
    body[Json::json_pointer(pointer)] = value;
    return body;
}

std::vector<Key> keys_of(std::initializer_list<std::string_view> secrets) {
    std::vector<Key> keys;
    for (const std::string_view secret : secrets) {
        keys.push_back(Key::make(secret, k_gitlab.key_form(secret)).value());
    }
    return keys;
}

Verdict verify(const http::Headers& headers, const std::vector<Key>& keys) {
    return k_gitlab.verify({headers, "{}", k_now}, keys);
}

http::Headers signed_headers() {
    return k_gitlab.sign({"Push Hook", "delivery-1", "{}", k_signing, k_now}).value();
}

}  // namespace

TEST_CASE("GitLab's merge request actions become changes, new ones keep their word") {
    const auto change = [](const Json& action) {
        return only("Merge Request Hook",
                    changed("merge-request-update-title.json", "/object_attributes/action", action))
            .change;
    };
    CHECK(change("open") == "opened");
    CHECK(change("reopen") == "reopened");
    CHECK(change("close") == "closed");
    CHECK(change("merge") == "merged");
    CHECK(change("update") == "edited");
    CHECK(change("approved") == "approved");
    CHECK(change("some_new_action") == "some_new_action");
}

TEST_CASE("a GitLab merge request without an action is what its state says, if it has ended") {
    const auto change = [](const Json& state, const Json& oldrev = nullptr) {
        Json body = changed("merge-request-no-action.json", "/object_attributes/state", state);
        body["object_attributes"]["oldrev"] = oldrev;
        return only("Merge Request Hook", body).change;
    };
    CHECK(change("opened") == "edited");
    CHECK(change("opened", std::string(40, 'a')) == "updated");
    CHECK(change("merged") == "merged");
    CHECK(change("closed") == "closed");
    CHECK_FALSE(normalize("Merge Request Hook", changed("merge-request-no-action.json",
                                                        "/object_attributes/state", nullptr)));
}

TEST_CASE("a GitLab merge request from elsewhere or from what is gone is a fork") {
    const auto fork = [](const std::string& pointer, const Json& value) {
        return only("Merge Request Hook", changed("merge-request-open.json", pointer, value))
            .merge_request->fork;
    };
    CHECK_FALSE(only("Merge Request Hook", payload("merge-request-open.json")).merge_request->fork);
    CHECK(fork("/object_attributes/source", nullptr));
    CHECK(fork("/object_attributes/source_project_id", 7));
    CHECK(fork("/object_attributes/source_project_id", nullptr));
    CHECK(fork("/object_attributes/source/path_with_namespace", "mallory/test_ci_tmp"));
}

TEST_CASE("a GitLab merge request is a draft under both names of that") {
    for (const char* name : {"/object_attributes/draft", "/object_attributes/work_in_progress"}) {
        CHECK(only("Merge Request Hook", changed("merge-request-open.json", name, true))
                  .merge_request->draft);
    }
}

TEST_CASE("a GitLab merge request that is none is refused") {
    for (const char* pointer :
         {"/object_attributes", "/object_attributes/iid", "/object_attributes/last_commit",
          "/object_attributes/last_commit/id", "/object_attributes/source_branch",
          "/object_attributes/target_branch", "/project"}) {
        INFO(pointer);
        CHECK_FALSE(
            normalize("Merge Request Hook", changed("merge-request-open.json", pointer, nullptr)));
        CHECK_FALSE(
            normalize("Merge Request Hook", changed("merge-request-open.json", pointer, "x y")));
    }
}

TEST_CASE("an annotated tag of GitLab keeps the tag object's id, as git's own hooks give it") {
    const Event event = only("System Hook", payload("system-tag-push.json"));
    CHECK(event.after == "82b3d5ae55f7080f1e6022629cdb57bfae7cccc7");
    CHECK(event.tag == "v1.0.0");
}

TEST_CASE("GitLab's push options are written as the pusher wrote them") {
    const Event event = only("Push Hook", changed("push-many-commits.json", "/push_options",
                                                  Json::parse(R"({"ci": {"skip": true,
            "variable": {"A=1": 1, "B=2": 1}}, "merge_request": {"target": "main"}, "odd": 7})")));
    CHECK(event.push_options == std::vector<std::string>{"ci.skip", "ci.variable=A=1",
                                                         "ci.variable=B=2",
                                                         "merge_request.target=main"});
    CHECK(only("Push Hook", payload("push-many-commits.json")).push_options.empty());
}

TEST_CASE("a GitLab system hook with several refs becomes several events") {
    Json body = payload("system-repository-update.json");
    body["changes"].push_back({{"before", std::string(40, '0')},
                               {"after", std::string(40, 'b')},
                               {"ref", "refs/tags/v1"}});
    auto events = normalize("System Hook", body);
    REQUIRE(events);
    REQUIRE(events->size() == 2);
    CHECK((*events)[0].kind == EventKind::push);
    CHECK((*events)[1].kind == EventKind::tag);
    CHECK((*events)[1].change == "created");
    CHECK((*events)[1].repository.text() == "jsmith/example");
    body["changes"] = Json::array();
    CHECK(normalize("System Hook", body).value().empty());
    body["changes"] = Json::parse(R"([{"ref": "refs/heads/main"}])");
    CHECK_FALSE(normalize("System Hook", body));
    body["changes"] = nullptr;
    CHECK_FALSE(normalize("System Hook", body));
    const Json change = {
        {"before", std::string(40, '0')}, {"after", std::string(40, 'b')}, {"ref", "refs/heads/x"}};
    body["changes"] = Json::array();
    for (int i = 0; i < 33'000; ++i) {
        body["changes"].push_back(change);
    }
    CHECK_FALSE(normalize("System Hook", body));
}

TEST_CASE("a GitLab event that is new to us is other, with or without a project") {
    Event event = only("Party Hook", Json::parse(R"({"object_kind": "party",
        "project": {"path_with_namespace": "acme/tools/shop"}})"));
    CHECK(event.kind == EventKind::other);
    CHECK(event.repository.text() == "acme/tools/shop");
    event = only("System Hook", Json::parse(R"({"event_name": "user_create"})"));
    CHECK(event.repository.text().empty());
}

TEST_CASE("T006 a GitLab body sent under another event's name is refused or other") {
    CHECK_FALSE(normalize("Push Hook", payload("tag-push.json")));
    CHECK_FALSE(normalize("Push Hook", payload("merge-request-merge.json")));
    CHECK_FALSE(normalize("Merge Request Hook", payload("push.json")));
    CHECK_FALSE(normalize("Note Hook", payload("push.json")));
    CHECK(only("Party Hook", payload("push.json")).kind == EventKind::other);
    CHECK(only("push", payload("push.json")).kind == EventKind::other);
}

TEST_CASE("a GitLab push that is none is refused") {
    for (const auto& [pointer, value] : std::vector<std::pair<std::string, Json>>{
             {"/ref", nullptr},
             {"/ref", "master"},
             {"/before", "x"},
             {"/after", nullptr},
             {"/commits", 7},
             {"/project", nullptr},
             {"/project/path_with_namespace", Json::array()}}) {
        INFO(pointer);
        CHECK_FALSE(normalize("Push Hook", changed("push.json", pointer, value)));
    }
}

TEST_CASE("GitLab's comments say on which merge request they are") {
    const Json body = payload("note-merge-request.json");
    CHECK(only("Confidential Note Hook", body).kind == EventKind::comment);
    Json on_issue = body;
    on_issue.erase("merge_request");
    CHECK_FALSE(only("Note Hook", on_issue).merge_request);
}

TEST_CASE("a GitLab release's action becomes the common word") {
    const auto release = [](const char* action) {
        return only("Release Hook", Json{{"object_kind", "release"},
                                         {"action", action},
                                         {"tag", "v1"},
                                         {"name", "One"},
                                         {"url", "https://gitlab.test/acme/shop/-/releases/v1"},
                                         {"project", {{"path_with_namespace", "acme/shop"}}}});
    };
    CHECK(release("create").kind == EventKind::release);
    CHECK(release("create").change == "published");
    CHECK(release("update").change == "edited");
    CHECK(release("delete").change == "deleted");
    CHECK(release("moved").change == "moved");
    CHECK(release("create").release ==
          Release{"v1", "One", "https://gitlab.test/acme/shop/-/releases/v1", false, false});
}

TEST_CASE("T003 a GitLab signature that is there decides, whatever the token says") {
    auto headers = signed_headers();
    CHECK(verify(headers, keys_of({k_signing})) == Verdict::right);
    headers.add("X-Gitlab-Token", std::string(k_token));
    CHECK(verify(headers, keys_of({k_token})) == Verdict::wrong);
    CHECK(verify(headers, keys_of({k_token, k_signing})) == Verdict::right);
    http::Headers broken;
    broken.add("webhook-signature", "v1,abcd");
    broken.add("X-Gitlab-Token", std::string(k_token));
    CHECK_FALSE(k_gitlab.has_proof(broken));
    CHECK(verify(broken, keys_of({k_token})) == Verdict::wrong);
}

TEST_CASE("T003 a signing token sent as a plain token opens nothing") {
    http::Headers headers;
    headers.add("X-Gitlab-Token", std::string(k_signing));
    CHECK(verify(headers, keys_of({k_signing})) == Verdict::wrong);
    CHECK(verify(headers, keys_of({k_token})) == Verdict::wrong);
}

TEST_CASE("T003 a GitLab token must be there once, whole and right") {
    const auto verdict = [](std::initializer_list<std::string> tokens) {
        http::Headers headers;
        for (const std::string& token : tokens) {
            headers.add("X-Gitlab-Token", token);
        }
        return verify(headers, keys_of({"another secret of ours", k_token}));
    };
    const std::string right(k_token);
    CHECK(verdict({right}) == Verdict::right);
    CHECK(verdict({}) == Verdict::wrong);
    CHECK(verdict({""}) == Verdict::wrong);
    CHECK(verdict({right + " "}) == Verdict::wrong);
    CHECK(verdict({right.substr(1)}) == Verdict::wrong);
    CHECK(verdict({right, right}) == Verdict::wrong);
    CHECK(verdict({right + "," + right}) == Verdict::wrong);
}

TEST_CASE("T008 GitLab's signed time counts for 300 seconds") {
    const auto headers = signed_headers();
    const auto keys = keys_of({k_signing});
    const auto at = [&](int seconds) {
        return k_gitlab.verify({headers, "{}", k_now + std::chrono::seconds(seconds)}, keys);
    };
    CHECK(at(-301) == Verdict::out_of_time);
    CHECK(at(-300) == Verdict::right);
    CHECK(at(300) == Verdict::right);
    CHECK(at(301) == Verdict::out_of_time);
}
