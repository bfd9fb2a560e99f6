#include "dispatch/intake.hpp"

#include "core/base/ulid.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <future>

namespace hookd::dispatch {
namespace {

config::Rule push_rule(const std::string& name, std::size_t actions) {
    config::Rule rule;
    rule.name = name;
    rule.on.push = config::PushMatch{};
    for (std::size_t i = 0; i < actions; ++i) {
        config::Action action;
        action.name = "a" + std::to_string(i);
        action.handler = "run";
        action.spec = R"({"settings":["true"],"shell":["/bin/sh"],"env":{},"workspace":"none"})";
        rule.actions.push_back(std::move(action));
    }
    return rule;
}

config::Configuration configuration(std::vector<config::Rule> rules) {
    config::Configuration configuration;
    config::Repository repository;
    repository.name = *RepositoryName::parse("acme/shop");
    repository.rules = std::move(rules);
    configuration.repositories.push_back(std::move(repository));
    return configuration;
}

Event push_of(const std::string& branch) {
    Event event;
    event.id = EventId(make_ulid(RealClock{}.wall()));
    event.repository = *RepositoryName::parse("acme/shop");
    describe_ref_change(event, "refs/heads/" + branch, std::string(40, '0'), std::string(40, '2'));
    event.paths_complete = true;
    return event;
}

TEST_CASE("a repository without a file has no decisions and no runs") {
    const auto arrival = plan_arrival({}, {push_of("main")}, config::Configuration{}, {});
    REQUIRE(arrival.events.size() == 1);
    CHECK(arrival.events[0].plan == Plan{});
}

TEST_CASE("T034: one delivery starts no more actions than the limit, and says so") {
    auto rules = configuration({push_rule("checks", 3)});
    rules.server.limits.actions_per_push = 7;
    std::vector<Event> events;
    for (const char* branch : {"a", "b", "c", "d"}) {
        events.push_back(push_of(branch));
    }
    const auto arrival = plan_arrival({}, std::move(events), rules, {});
    REQUIRE(arrival.events.size() == 4);
    CHECK(arrival.events[0].plan.runs.size() == 1);
    CHECK(arrival.events[1].plan.runs.size() == 1);
    for (const std::size_t over : {2U, 3U}) {
        CHECK(arrival.events[over].plan.runs.empty());
        REQUIRE(arrival.events[over].plan.decisions.size() == 1);
        const Decision& decision = arrival.events[over].plan.decisions[0];
        CHECK_FALSE(decision.matched);
        CHECK(decision.clause == "limits.actions_per_push");
        CHECK(decision.seen == "this delivery already starts 6 actions, 7 allowed");
    }
}

TEST_CASE("a repository is asked for paths only where a rule wants them and the event lacks them") {
    auto rules = configuration({push_rule("checks", 1)});
    Event event = push_of("main");
    event.paths_complete = false;
    rules.repositories[0].path = "/srv/git/shop.git";
    CHECK_FALSE(may_ask_paths(event, rules));
    rules.repositories[0].rules[0].on.push->paths = {"src/**"};
    CHECK(may_ask_paths(event, rules));
    event.paths_complete = true;
    CHECK_FALSE(may_ask_paths(event, rules));
    event.paths_complete = false;
    rules.repositories[0].path.clear();
    CHECK_FALSE(may_ask_paths(event, rules));
}

TEST_CASE("what is taken is stored with its runs before the caller hears of it") {
    const test::TemporaryFolder folder;
    const RealClock clock;
    Log log(Log::Format::text, Log::Level::error);
    const auto queue =
        queue::open_sqlite({folder / "queue.db", queue::OpenMode::create_if_missing}, clock);
    REQUIRE(queue);
    auto rules = configuration({push_rule("checks", 1)});
    SECTION("planned where it arrives") {}
    SECTION("planned on the thread that may read repositories; one that is not there matches") {
        rules.repositories[0].path = folder / "missing.git";
        rules.repositories[0].rules[0].on.push->paths = {"src/**"};
    }
    const config::Current current(std::move(rules));
    Intake intake(**queue, current, log);
    Event event = push_of("main");
    event.paths_complete = false;
    const EventId id = event.id;
    queue::Delivery delivery;
    delivery.id = DeliveryId(make_ulid(clock.wall()));
    delivery.source = "hook";
    delivery.key = "k1";
    std::promise<Result<queue::Accepted>> answer;
    intake.take(delivery, {event},
                [&answer](Result<queue::Accepted> accepted) { answer.set_value(accepted); });
    const auto accepted = answer.get_future().get();
    REQUIRE(accepted);
    REQUIRE(accepted->events.size() == 1);
    CHECK(accepted->events[0].id == id);
    REQUIRE(accepted->events[0].runs.size() == 1);
    const auto detail = (*queue)->event(id);
    REQUIRE(detail);
    CHECK(detail->runs == std::vector{accepted->events[0].runs[0].id});
}

}  // namespace
}  // namespace hookd::dispatch
