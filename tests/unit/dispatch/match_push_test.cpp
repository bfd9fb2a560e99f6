#include "tests/unit/dispatch/planning.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {
using Paths = std::vector<std::string>;
}  // namespace

TEST_CASE("a push is compared by its branch") {
    CHECK(decision_of(push("feature/x"), on_push({})) == yes("on.push", "feature/x"));
    CHECK(decision_of(push("feature/x"), on_push({{"main", "feature/**"}, {}})) ==
          yes("on.push.branches", "feature/x"));
    CHECK(decision_of(push("feature/x"), on_push({{"main", "feature/**", "!feature/x"}, {}})) ==
          no("on.push.branches", "feature/x"));
    CHECK(decision_of(moved("refs/heads/new", k_zero, k_new), on_push({{"new"}, {}})) ==
          yes("on.push.branches", "new"));
}

TEST_CASE("a tag is compared by its name") {
    config::On on;
    on.tag = config::TagMatch{{"v*"}};
    CHECK(decision_of(moved("refs/tags/v1", k_zero, k_new), on) == yes("on.tag.tags", "v1"));
    CHECK(decision_of(moved("refs/tags/nightly", k_zero, k_new), on) ==
          no("on.tag.tags", "nightly"));
    on.tag = config::TagMatch{};
    CHECK(decision_of(moved("refs/tags/nightly", k_zero, k_new), on) == yes("on.tag", "nightly"));
}

TEST_CASE("what is deleted starts nothing and asks nothing") {
    int asked = 0;
    const auto ask = [&asked](const Event&) {
        ++asked;
        return std::optional(Paths{"a.c"});
    };
    config::On all = on_push({{}, {"**"}});
    all.tag = config::TagMatch{};
    all.merge = config::MergeMatch{};
    Event branch = moved("refs/heads/main", k_old, k_zero);
    branch.paths_complete = false;
    CHECK(decision_of(branch, all, ask) == no("on", "push deleted: there is no commit to work on"));
    CHECK(decision_of(moved("refs/tags/v1", k_old, k_zero), all, ask) ==
          no("on", "tag deleted: there is no commit to work on"));
    CHECK(asked == 0);
}

TEST_CASE("a list of paths matches where one changed path does") {
    const config::On on = on_push({{}, {"src/**", "!**/*.md"}});
    Event event = push("main");
    event.paths = {"README.md", "src/a.c", "src/a.md"};
    CHECK(decision_of(event, on) == yes("on.push.paths", "src/a.c"));
    event.paths = {"README.md", "docs/a.c", "src/a.md", "src/b.md", "z"};
    CHECK(decision_of(event, on) ==
          no("on.push.paths", "README.md, docs/a.c, src/a.md and 2 more"));
    event.paths = {};
    CHECK(decision_of(event, on) == no("on.push.paths", "no path"));
}

TEST_CASE("every filter of a kind is required") {
    Event event = push("main");
    event.paths = {"src/a.c"};
    CHECK(decision_of(event, on_push({{"main"}, {"src/**"}})) == yes("on.push.paths", "src/a.c"));
    CHECK(decision_of(event, on_push({{"other"}, {"src/**"}})) == no("on.push.branches", "main"));
    CHECK(decision_of(event, on_push({{"main"}, {"doc/**"}})) == no("on.push.paths", "src/a.c"));
}

TEST_CASE("where the event does not name all paths the repository is asked, once") {
    int asked = 0;
    std::optional<Paths> answer = Paths{"src/a.c"};
    const auto ask = [&](const Event&) {
        ++asked;
        return answer;
    };
    Event event = push("main");
    event.paths_complete = false;
    event.paths = {"README.md"};
    const auto on = [](const char* pattern) { return on_push({{}, {pattern}}); };

    SECTION("for all rules together") {
        const Plan plan = plan_of(
            event, {rule("src", on("src/**")), rule("doc", on("doc/**")), rule("any", on_push({}))},
            ask);
        CHECK(asked == 1);
        CHECK(plan.decisions == std::vector<Decision>{{"src", true, "on.push.paths", "src/a.c"},
                                                      {"doc", false, "on.push.paths", "src/a.c"},
                                                      {"any", true, "on.push", "main"}});
    }
    SECTION("not where what is known decides") {
        CHECK(decision_of(event, on("*.md"), ask) == yes("on.push.paths", "README.md"));
        CHECK(decision_of(event, on_push({{"other"}, {"src/**"}}), ask) ==
              no("on.push.branches", "main"));
        CHECK(asked == 0);
    }
    SECTION("what it does not know lets the rule match, and the decision says so") {
        answer.reset();
        const Decision unknown =
            yes("on.push.paths",
                "unknown: the event does not name all paths and the repository could not say");
        CHECK(decision_of(event, on("src/**"), ask) == unknown);
        CHECK(decision_of(event, on("src/**"), nullptr) == unknown);
        CHECK(asked == 1);
    }
}

TEST_CASE("a head commit or a push option that says so starts no rule that can be skipped") {
    const auto seen_of = [](const Event& event) {
        config::Rule always = rule("always", on_push({}));
        always.skippable = false;
        const Plan plan = plan_of(event, {rule("r", on_push({})), always});
        REQUIRE(plan.decisions.size() == 2);
        CHECK(plan.decisions[1].matched);
        const Decision& decision = plan.decisions[0];
        CHECK(decision.clause == (decision.matched ? "on.push" : "skippable"));
        CHECK(plan.runs.size() == (decision.matched ? 2 : 1));
        return decision.seen;
    };
    Event event = push("main");
    event.commits = {commit(k_old, "old [skip ci]"), commit(k_new, "fix: it\n\nwords [ci skip]")};
    CHECK(seen_of(event) == "[ci skip] in the message of 2222222222");
    event.commits[1].message = "[skip ci] fix";
    CHECK(seen_of(event) == "[skip ci] in the message of 2222222222");
    event.commits[1].message = "fix: skip ci";
    CHECK(seen_of(event) == "main");
    // The head is the commit that the ref points to, wherever the list has it.
    event.commits = {commit(k_new, "[skip ci]"), commit(k_old, "old")};
    CHECK(seen_of(event) == "[skip ci] in the message of 2222222222");
    event.commits = {commit(k_merge, "[skip ci]")};
    CHECK(seen_of(event) == "[skip ci] in the message of 3333333333");
    event.commits = {};
    CHECK(seen_of(event) == "main");
    event.push_options = {"other", "ci.skip"};
    CHECK(seen_of(event) == "push option ci.skip");
    event.push_options = {"ci.skipped", "ci.skip=1"};
    CHECK(seen_of(event) == "main");
}

TEST_CASE("a rule that would not match anyway is not said to be skipped") {
    Event event = push("main");
    event.push_options = {"ci.skip"};
    CHECK(decision_of(event, on_push({{"other"}, {}})) == no("on.push.branches", "main"));
    Event request = merge_request("opened");
    request.push_options = {"ci.skip"};
    CHECK(decision_of(request, on_merge_request({})) == yes("on.merge_request", "opened"));
}
