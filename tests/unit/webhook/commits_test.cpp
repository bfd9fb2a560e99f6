#include "webhook/commits.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

namespace {

const std::string k_old(40, 'a');
const std::string k_new(40, 'b');
const std::string k_zero(40, '0');

Event moved(const std::string& before = k_old, const std::string& ref = "refs/heads/main") {
    Event event;
    describe_ref_change(event, ref, before, k_new);
    return event;
}

std::string id_of(std::size_t number) {
    std::string id = std::to_string(number);
    return std::string(40 - id.size(), '1') + id;
}

Json commits_of(std::size_t count) {
    Json commits = Json::array();
    for (std::size_t i = 0; i < count; ++i) {
        commits.push_back({{"id", id_of(i)},
                           {"message", "m"},
                           {"added", {"path" + std::to_string(i % 150)}},
                           {"modified", Json::array()},
                           {"removed", {"gone"}}});
    }
    return commits;
}

Event with(Event event, const Json& commits, std::optional<std::int64_t> total,
           Kept kept = Kept::whole) {
    REQUIRE(set_commits(event, {&commits, total, kept}));
    return event;
}

}  // namespace

TEST_CASE("a list of 100 commits is kept whole") {
    const Event event = with(moved(), commits_of(100), 100);
    CHECK(event.commits.size() == 100);
    CHECK(event.commits_complete);
    CHECK(event.paths.size() == 101);
    CHECK(event.paths_complete);
}

TEST_CASE("of more than 100 commits the newest are kept, and the paths of all") {
    const Event event = with(moved(), commits_of(200), 200);
    REQUIRE(event.commits.size() == 100);
    CHECK(event.commits.front().id == id_of(100));
    CHECK(event.commits.back().id == id_of(199));
    CHECK(event.commit_count == 200);
    CHECK_FALSE(event.commits_complete);
    CHECK(event.paths.size() == 151);
    CHECK(event.paths_complete);
    CHECK(std::is_sorted(event.paths.begin(), event.paths.end()));
}

TEST_CASE("a list that its source or we have cut is not complete") {
    CHECK_FALSE(with(moved(), commits_of(2), 4).paths_complete);
    CHECK_FALSE(with(moved(), commits_of(2), 4).commits_complete);
    CHECK_FALSE(with(moved(), commits_of(2), std::nullopt).paths_complete);
    CHECK_FALSE(with(moved(), commits_of(2), 2, Kept::cut).paths_complete);
    CHECK(with(moved(), commits_of(2), 2).paths_complete);
}

TEST_CASE("paths are not complete where a commit does not list them") {
    Json commits = commits_of(2);
    commits[0].erase("removed");
    const Event event = with(moved(), commits, 2);
    CHECK(event.commits_complete);
    CHECK_FALSE(event.paths_complete);
}

TEST_CASE("a forced push lists all its commits, but not all paths that changed") {
    Event event = moved();
    event.forced = true;
    event = with(event, commits_of(2), 2);
    CHECK(event.commits_complete);
    CHECK_FALSE(event.paths_complete);
}

TEST_CASE("a new branch without commits and a new tag say nothing, a deletion says all") {
    CHECK_FALSE(with(moved(k_zero), commits_of(0), 0).paths_complete);
    CHECK(with(moved(k_zero), commits_of(1), 1).paths_complete);
    CHECK_FALSE(with(moved(k_zero, "refs/tags/v1"), commits_of(1), 1).paths_complete);
    Event deleted;
    describe_ref_change(deleted, "refs/heads/main", k_old, k_zero);
    CHECK(with(deleted, commits_of(0), 0).paths_complete);
}

TEST_CASE("a commit's fields are read, and a time that is none is left out") {
    const Json commits = Json::parse(R"([{"id": ")" + k_old + R"(", "message": "a\n\nb",
        "timestamp": "2018-06-15T13:01:51-07:00", "author": {"name": "Ann", "email": "ann@acme.test"},
        "added": ["b", "a"], "modified": ["a"], "removed": []},
        {"id": ")" + k_new + R"(", "timestamp": "yesterday", "author": null, "added": 7}])");
    const Event event = with(moved(), commits, 2);
    REQUIRE(event.commits.size() == 2);
    CHECK(event.commits[0].message == "a\n\nb");
    CHECK(to_rfc3339(event.commits[0].timestamp.value()) == "2018-06-15T20:01:51.000Z");
    CHECK(event.commits[0].author == Person{"", "Ann", "ann@acme.test"});
    CHECK(event.commits[0].added == std::vector<std::string>{"b", "a"});
    CHECK_FALSE(event.commits[1].timestamp);
    CHECK(event.commits[1].author == Person{});
    CHECK(event.paths == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(event.paths_complete);
}

TEST_CASE("a list that is none, or commits without ids, are refused") {
    for (const char* text :
         {"{}", "\"x\"", "[1]", "[null]", "[{}]", R"([{"id": "abc"}])", R"([{"id": 7}])", "null"}) {
        INFO(text);
        const Json commits = Json::parse(text);
        Event event = moved();
        CHECK_FALSE(set_commits(event, {&commits, 1, Kept::whole}));
    }
    Event event = moved();
    CHECK(set_commits(event, {nullptr, std::nullopt, Kept::whole}));
    CHECK_FALSE(event.commits_complete);
}

TEST_CASE("a list that begins with the commit that the ref went to is turned round") {
    Json commits = commits_of(120);
    commits[0]["id"] = k_new;
    Event event = with(moved(), commits, 120);
    REQUIRE(event.commits.size() == Event::k_max_commits);
    CHECK(event.commits.back().id == k_new);
    CHECK(event.commits.front().id == id_of(99));
    // Of one commit there is no order.
    event = with(moved(), Json::array({commits[0]}), 1);
    CHECK(event.commits.front().id == k_new);
    CHECK(event.commits_complete);
}
