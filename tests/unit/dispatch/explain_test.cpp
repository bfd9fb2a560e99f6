#include "dispatch/explain.hpp"

#include "core/queue/arrival.hpp"
#include "dispatch/intake.hpp"
#include "tests/unit/dispatch/planning.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace hookd;
using namespace hookd::test;
using dispatch::Explanation;
using dispatch::Trace;

namespace {

config::Configuration configured(std::vector<config::Rule> rules) {
    config::Configuration made;
    config::Repository repository;
    repository.name = *RepositoryName::parse("acme/shop");
    repository.rules = std::move(rules);
    made.repositories.push_back(std::move(repository));
    return made;
}

std::vector<Event> many_events() {
    Event partly = push("feature/x");
    partly.paths = {"README.md"};
    partly.paths_complete = false;
    Event skipped = push("main");
    skipped.push_options = {"ci.skip"};
    Event with_paths = push("main");
    with_paths.paths = {"src/a.c", "z"};
    Event fork = merge_request("opened");
    fork.merge_request->fork = true;
    Event release = push("main");
    release.kind = EventKind::release;
    Event bare = merge_request("opened");
    bare.merge_request.reset();
    return {push("main"),
            partly,
            skipped,
            with_paths,
            fork,
            release,
            bare,
            pushed_merge(),
            merged(),
            merge_request("opened"),
            merge_request("closed"),
            moved("refs/tags/v1", k_zero, k_new),
            moved("refs/heads/main", k_old, k_zero),
            moved("refs/notes/x")};
}

/// Every kind alone with several filters, and all pairs of them.
std::vector<config::On> many_ons() {
    std::vector<config::On> alone;
    for (const config::PushMatch& match : std::vector<config::PushMatch>{
             {}, {{"main"}, {}}, {{"other"}, {"src/**"}}, {{}, {"src/**"}}, {{}, {"!**", "x"}}}) {
        alone.push_back(on_push(match));
    }
    for (const config::TagMatch& match : std::vector<config::TagMatch>{{}, {{"v*"}}, {{"w*"}}}) {
        alone.emplace_back();
        alone.back().tag = match;
    }
    for (const config::MergeRequestMatch& match :
         std::vector<config::MergeRequestMatch>{{},
                                                {{"main"}, {"feature/*"}, {"opened"}, {"bug"}},
                                                {{"other"}, {"x"}, {"closed"}, {"none"}}}) {
        alone.push_back(on_merge_request(match));
    }
    for (const config::MergeMatch& match :
         std::vector<config::MergeMatch>{{}, {{"main"}}, {{"other"}}}) {
        alone.push_back(on_merge(match));
    }
    std::vector<config::On> all = alone;
    for (const config::On& one : alone) {
        for (const config::On& two : alone) {
            config::On both = one;
            both.push = both.push ? both.push : two.push;
            both.tag = both.tag ? both.tag : two.tag;
            both.merge_request = both.merge_request ? both.merge_request : two.merge_request;
            both.merge = both.merge ? both.merge : two.merge;
            all.push_back(both);
        }
    }
    return all;
}

std::optional<std::vector<std::string>> repository_paths(const Event&) {
    return std::vector<std::string>{"src/b.c"};
}

/// Of one rule with this `on`, and of one event.
Trace clauses_of(const Event& event, config::On on) {
    const auto all = dispatch::explain({event}, configured({rule("r", std::move(on))}), nullptr);
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].rules.size() == 1);
    return all[0].rules[0].clauses;
}

std::vector<std::string> texts(const Trace& trace) {
    std::vector<std::string> lines;
    for (const dispatch::Verdict& clause : trace) {
        lines.push_back(std::string(clause.matched ? "yes " : "no ") + clause.clause + " " +
                        clause.seen);
    }
    return lines;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("an explanation says what planning does, for every kind of event and rule") {
    std::vector<config::Rule> rules;
    for (const config::On& on : many_ons()) {
        rules.push_back(rule("r" + std::to_string(rules.size()), on));
        rules.back().skippable = rules.size() % 3 != 0;
    }
    for (const std::size_t most : {std::size_t{50}, std::size_t{100'000}}) {
        config::Configuration configuration = configured(rules);
        configuration.server.limits.actions_per_push = most;
        for (const Event& event : many_events()) {
            for (const dispatch::AskPaths& ask :
                 {dispatch::AskPaths{}, dispatch::AskPaths{repository_paths}}) {
                const auto arrival = dispatch::plan_arrival({}, {event}, configuration, ask);
                const Plan& plan = arrival.events.at(0).plan;
                const auto all = dispatch::explain({event}, configuration, ask);
                REQUIRE(all.size() == 1);
                REQUIRE(all[0].rules.size() == rules.size());
                std::size_t runs = 0;
                for (std::size_t i = 0; i < rules.size(); ++i) {
                    const dispatch::ExplainedRule& explained = all[0].rules[i];
                    REQUIRE(explained.decision == plan.decisions[i]);
                    if (explained.decision.matched) {
                        REQUIRE(explained.actions == plan.runs.at(runs++).actions);
                    } else {
                        REQUIRE(explained.actions.empty());
                    }
                    // What decided is among the clauses, but for what stands for a whole kind.
                    const std::string& decided = explained.decision.clause;
                    const bool noted = std::any_of(
                        explained.clauses.begin(), explained.clauses.end(), [&](const auto& one) {
                            return one.clause == decided &&
                                   one.matched == explained.decision.matched;
                        });
                    REQUIRE((noted || decided == "on" || decided == "on.merge_request"));
                }
                REQUIRE(runs == plan.runs.size());
            }
        }
    }
}

TEST_CASE("an explanation names every clause, also those behind the one that decided") {
    Event event = push("main");
    event.paths = {"src/a.c"};
    CHECK(texts(clauses_of(event, on_push({{"other"}, {"src/**"}}))) ==
          Texts{"no on.push.branches main", "yes on.push.paths src/a.c"});
    config::On on = on_merge_request({{"other"}, {}, {"closed"}, {"bug"}});
    on.tag = config::TagMatch{};
    CHECK(texts(clauses_of(merge_request("opened"), on)) ==
          Texts{"no on.merge_request.changes opened", "no on.merge_request.target main",
                "yes on.merge_request.source feature/x", "yes on.merge_request.labels bug, ready",
                "yes on.merge_request.forks no fork", "no on.tag merge_request"});
    event.push_options = {"ci.skip"};
    CHECK(texts(clauses_of(event, on_push({}))) ==
          Texts{"yes on.push main", "no skippable push option ci.skip"});
}

TEST_CASE("the events of one delivery share the limit of actions in an explanation too") {
    config::Configuration configuration = configured({rule("r", on_push({}))});
    configuration.server.limits.actions_per_push = 1;
    const auto all = dispatch::explain({push("main"), push("next")}, configuration, nullptr);
    REQUIRE(all.size() == 2);
    CHECK(all[0].rules.at(0).decision.matched);
    CHECK(texts(all[1].rules.at(0).clauses) ==
          Texts{"yes on.push next",
                "no limits.actions_per_push this delivery already starts 1 actions, 1 allowed"});
}

TEST_CASE("a repository without a file has an explanation without rules") {
    const auto all = dispatch::explain({push("main")}, {}, nullptr);
    REQUIRE(all.size() == 1);
    CHECK_FALSE(all[0].has_file);
    CHECK(all[0].rules.empty());
}

TEST_CASE("an explanation as JSON has needs by name") {
    config::Rule ship = rule("ship", on_push({}));
    config::Action tell = ship.actions[0];
    tell.name = "tell";
    tell.needs = {{"test", NeedCondition::always}};
    ship.actions.push_back(tell);
    const auto json = nlohmann::json::parse(
        dispatch::to_json_text(dispatch::explain({push("main")}, configured({ship}), nullptr)));
    REQUIRE(json.size() == 1);
    CHECK(json[0]["event"]["branch"] == "main");
    CHECK(json[0]["has_file"] == true);
    const auto& shown = json[0]["rules"][0];
    CHECK(shown["rule"] == "ship");
    CHECK(shown["matched"] == true);
    CHECK(shown["clauses"] ==
          nlohmann::json::parse(R"([{"clause": "on.push", "matched": true, "seen": "main"}])"));
    CHECK(shown["actions"][1]["needs"] ==
          nlohmann::json::parse(R"([{"action": "test", "condition": "always"}])"));
}
