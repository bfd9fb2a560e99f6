#include "core/model/event_json.hpp"

#include "core/base/base64.hpp"
#include "core/base/text.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <string>

using namespace hookd;
using Json = nlohmann::ordered_json;

namespace {

const std::string k_latin1 = "caf\xE9";
const std::string k_bytes = std::string("\xFF\xFE") + "/$(touch${IFS}x)\x80";

Event minimal() {
    Event event;
    event.id = EventId("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    return event;
}

/// Something in every field.
Event full() {
    Event event = minimal();
    event.repository = RepositoryName::parse("acme/shop").value();
    describe_ref_change(event, "refs/heads/main", std::string(40, '1'), std::string(40, '2'));
    event.forced = false;
    Commit commit;
    commit.id = std::string(40, '2');
    commit.parents = {std::string(40, '1'), std::string(40, '3')};
    commit.message = "fix: total\n\n\"body\" \\ \xF0\x9F\x98\x80";
    commit.author = Person{"", "Ann", "ann@acme.test"};
    commit.timestamp = from_rfc3339("2026-11-23T10:00:00Z").value();
    commit.added = {"a.c"};
    commit.modified = {"b.c", "c d.c"};
    commit.removed = {""};
    event.commits = {commit, Commit{}};
    event.commit_count = 250;
    event.commits_complete = true;
    event.paths = {"a.c", "b.c"};
    event.paths_complete = true;
    event.actor = Person{"ann", "Ann", "ann@acme.test"};
    event.merge_request = MergeRequest{7,
                                       "Add x",
                                       "https://forge.test/7",
                                       true,
                                       {"bug", "small"},
                                       "fork/shop",
                                       "topic",
                                       std::string(40, '4'),
                                       "acme/shop",
                                       "main",
                                       std::string(40, '5'),
                                       true};
    event.release = Release{"v1", "One", "https://forge.test/v1", true, true};
    event.push_options = {"ci.skip", "key=value"};
    event.source = Source{"github",
                          "/hooks/acme",
                          "72d3162e-cc78-11e3-81ab-4c9367dc0958",
                          "push",
                          from_rfc3339("2026-11-23T10:00:01.250Z").value(),
                          "192.0.2.7"};
    return event;
}

void check_round_trip(const Event& event) {
    const std::string text = to_json_text(event);
    CAPTURE(text);
    CHECK(is_valid_utf8(text));
    CHECK(text.find('\n') == std::string::npos);
    const auto again = event_from_json(text);
    REQUIRE(again);
    CHECK((*again == event));
    CHECK(to_json_text(*again) == text);
}

}  // namespace

TEST_CASE("an event is read back as it was written, with everything and with nothing") {
    check_round_trip(full());
    check_round_trip(minimal());
    Event event = full();
    event.forced = true;
    event.commit_count = 0;
    event.actor = Person{};
    event.merge_request = MergeRequest{};
    event.release = Release{};
    check_round_trip(event);
    event.forced.reset();
    event.commit_count.reset();
    check_round_trip(event);
}

TEST_CASE("T064 names that are not UTF-8 survive byte for byte") {
    Event event = full();
    describe_ref_change(event, "refs/heads/" + k_bytes, event.before, event.after);
    event.paths = {"plain", k_latin1, k_bytes};
    event.commits[0].added = {k_latin1, "plain"};
    event.commits[0].modified = {k_bytes};
    event.commits[0].removed = {"plain", "plain too"};
    event.merge_request->source_branch = k_latin1;
    event.merge_request->target_branch = k_bytes;
    event.push_options = {k_bytes, ""};
    event.source.name = "/srv/git/" + k_latin1 + ".git";
    check_round_trip(event);
    describe_ref_change(event, "refs/tags/" + k_latin1, event.before, event.after);
    event.release->tag = k_latin1;
    check_round_trip(event);
}

TEST_CASE("a name that is not UTF-8 is shown readable beside its exact bytes") {
    Event event = minimal();
    describe_ref_change(event, "refs/heads/" + k_latin1, std::string(40, '1'),
                        std::string(40, '2'));
    event.paths = {"plain", k_latin1};
    const Json object = to_json(event);
    CHECK(object.at("branch") == "caf\xEF\xBF\xBD");
    CHECK(object.at("branch_base64") == to_base64(k_latin1));
    CHECK(object.at("ref_base64") == to_base64("refs/heads/" + k_latin1));
    CHECK(object.at("tag").is_null());
    CHECK_FALSE(object.contains("tag_base64"));
    CHECK(object.at("paths") == Json({"plain", "caf\xEF\xBF\xBD"}));
    CHECK(object.at("paths_base64") == Json({nullptr, to_base64(k_latin1)}));
    CHECK_FALSE(to_json(full()).contains("paths_base64"));
}

TEST_CASE("foreign bytes in any text field never break the JSON") {
    Event event = full();
    const std::string bad = "x\xED\xA0\x80\xFF";
    event.id = EventId(bad);
    event.change = bad;
    event.before = bad;
    event.commits[0].id = bad;
    event.commits[0].parents = {bad};
    event.commits[0].message = bad;
    event.commits[0].author = Person{bad, bad, bad};
    event.actor = Person{bad, bad, bad};
    event.merge_request->title = bad;
    event.merge_request->labels = {bad};
    event.merge_request->source_repository = bad;
    event.release->name = bad;
    event.source.type = bad;
    event.source.peer = bad;
    const std::string text = to_json_text(event);
    CHECK(is_valid_utf8(text));
    CHECK(event_from_json(text));
}

TEST_CASE("absent texts are null, as the documentation has it") {
    const Json object = to_json(minimal());
    for (const auto* name : {"change", "ref", "branch", "tag", "before", "after", "forced",
                             "commit_count", "actor", "merge_request", "release"}) {
        CAPTURE(name);
        CHECK(object.at(name).is_null());
    }
    CHECK(object.at("commits") == Json::array());
    CHECK(object.at("paths") == Json::array());
    CHECK(object.at("push_options") == Json::array());
    CHECK(object.at("kind") == "other");
}

TEST_CASE("the fields stand in the documented order") {
    std::vector<std::string> names;
    const Json object = to_json(full());
    for (const auto& item : object.items()) {
        names.push_back(item.key());
    }
    CHECK(names ==
          std::vector<std::string>{
              "id",      "kind",          "change",           "repository",   "ref",
              "branch",  "tag",           "before",           "after",        "forced",
              "commits", "commit_count",  "commits_complete", "paths",        "paths_complete",
              "actor",   "merge_request", "release",          "push_options", "source"});
}

TEST_CASE("what is no event is refused, naming the field") {
    for (const auto* bad : {"", "null", "[]", "1", "\"x\"", "{", "{}x", "{\"id\":\"a\"", "\xFF"}) {
        CAPTURE(bad);
        const auto event = event_from_json(bad);
        REQUIRE_FALSE(event);
        CHECK(event.error().code == ErrorCode::invalid);
    }
    Json object = to_json(full());
    const auto refused = [&object](const char* field) {
        const auto event = event_from_json(object.dump());
        REQUIRE_FALSE(event);
        CHECK(event.error().code == ErrorCode::invalid);
        CHECK(event.error().message.find("\"" + std::string(field) + "\"") != std::string::npos);
    };
    SECTION("no id") {
        object["id"] = nullptr;
        refused("id");
    }
    SECTION("a kind of a newer version") {
        object["kind"] = "telepathy";
        refused("kind");
    }
    SECTION("a repository that is no name") {
        object["repository"] = "../etc";
        refused("repository");
    }
}

TEST_CASE("wrong types, depth and large numbers are read without harm") {
    Json object = to_json(full());
    const Json original = object;
    for (const auto& item : original.items()) {
        if (item.key() == "id" || item.key() == "kind" || item.key() == "repository") {
            continue;
        }
        for (const Json& wrong : {Json(5), Json("x"), Json(Json::array({1, nullptr, "x"})),
                                  Json(Json::object({{"a", 1}})), Json(true), Json(1e300)}) {
            Json changed = object;
            changed[item.key()] = wrong;
            CAPTURE(item.key(), wrong.dump());
            CHECK(event_from_json(changed.dump()));
        }
    }
    object["merge_request"]["number"] = "seven";
    CHECK(event_from_json(object.dump()).value().merge_request->number == 0);
    object["commits"] = 5;
    CHECK(event_from_json(object.dump()).value().commits.empty());
    object["paths"] = {"a"};
    object["paths_base64"] = {"%%%", "eA==", "eA=="};
    CHECK(event_from_json(object.dump()).value().paths == std::vector<std::string>{"a"});
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const auto event = event_from_json(R"({"id": "x", "kind": "push", "release": )" + deep + "}");
    REQUIRE(event);
    CHECK_FALSE(event->release);
    CHECK_FALSE(event_from_json(std::string(1'000'000, '[')));
}
