#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <future>

using namespace hookd;
using namespace hookd::test;

namespace {

const std::string k_door = "/hooks/github";
constexpr Milliseconds k_quiet{60'000};

/// A push whose rule "build" says what a redelivery does.
queue::PlannedEvent pushed(Redelivery redelivery, const std::string& from = "1",
                           const std::string& to = "2") {
    auto planned = with_run(push(object_id(from), object_id(to)), {action("test")});
    planned.plan.runs[0].redelivery = redelivery;
    return planned;
}

/// A delivery that the sender's own retries follow within a minute.
queue::Arrival sent(queue::PlannedEvent planned, const std::string& key = "key",
                    const std::string& body = "the body") {
    auto made = arrival({std::move(planned)}, k_door, key);
    made.delivery.redelivered_after = k_quiet;
    made.delivery.body = body;
    return made;
}

std::size_t runs_of(Fixture& f) {
    return f.queue().runs({}).value().size();
}

queue::ReplayRequest wish(const EventId& event, const std::string& key = {}) {
    return {event, {}, "owner", key};
}

}  // namespace

TEST_CASE("a replay makes new runs of the stored event, and says who asked for them") {
    Fixture f(GENERATE(from_range(engines())));
    const auto event = f.accept(arrival({pushed(Redelivery::ignore)})).events[0];
    f.finish(f.claim_one());
    const auto again =
        f.queue().replay(wish(event.id), {planned_run("build", {action("test")})}).value();
    CHECK_FALSE(again.repeated);
    REQUIRE(again.runs.size() == 1);
    CHECK(again.runs[0].id != event.runs[0].id);
    CHECK(f.run_state(event.runs[0].id) == RunState::success);
    const auto run = f.run(again.runs[0].id).run;
    CHECK(run.event == event.id);
    CHECK(run.rerun == queue::Rerun{1, queue::RerunCause::replay, "owner"});
    CHECK_FALSE(f.run(event.runs[0].id).run.rerun);
    const auto detail = f.queue().event(event.id).value();
    CHECK(detail.runs.size() == 2);
    REQUIRE(detail.reruns.size() == 1);
    CHECK(detail.reruns[0].first == run.id);
    CHECK(f.queue().runs({}).value()[0].rerun.has_value());
    // Whoever runs it knows that a person wanted it.
    const auto claim = f.claim_one();
    CHECK(claim.run == run.id);
    CHECK(claim.rerun == queue::RerunCause::replay);
}

TEST_CASE("the same wish under the same key is one replay, also at once and after a restart") {
    Fixture f(GENERATE(from_range(engines())));
    const auto event = f.accept(arrival({pushed(Redelivery::ignore)})).events[0].id;
    const std::vector<PlannedRun> runs = {planned_run("build", {action("test")})};
    std::vector<std::future<Result<queue::Replayed>>> asked;
    for (int i = 0; i < 10; ++i) {
        asked.push_back(std::async(std::launch::async,
                                   [&] { return f.queue().replay(wish(event, "key-1"), runs); }));
    }
    std::size_t made = 0;
    std::vector<queue::StartedRun> started;
    for (auto& answer : asked) {
        const auto replayed = answer.get().value();
        made += replayed.repeated ? 0 : 1;
        CHECK(replayed.runs.size() == 1);
        started.push_back(replayed.runs.at(0));
    }
    CHECK(made == 1);
    CHECK(std::count(started.begin(), started.end(), started[0]) == 10);
    f.reopen();
    CHECK(f.queue().find_replay(wish(event, "key-1")).value()->runs.at(0) == started[0]);
    CHECK(f.queue().replay(wish(event, "key-1"), runs).value().repeated);
    CHECK(runs_of(f) == 2);
    CHECK_FALSE(f.queue().find_replay(wish(event, "key-2")).value());
    CHECK_FALSE(f.queue().find_replay(wish(event)).value());
    CHECK_FALSE(f.queue().replay(wish(event, "key-2"), runs).value().repeated);
    CHECK(runs_of(f) == 3);
}

TEST_CASE("a replay's key is good for one wish, and an event that is not there is said") {
    Fixture f(GENERATE(from_range(engines())));
    const auto one = f.accept(arrival({pushed(Redelivery::ignore)})).events[0].id;
    const auto two = f.accept(arrival({pushed(Redelivery::ignore, "2", "3")})).events[0].id;
    CHECK(f.queue().replay(wish(one, "key"), {}).value().runs.empty());
    CHECK(f.queue().replay(wish(two, "key"), {}).error().code == ErrorCode::exists);
    auto other_rule = wish(one, "key");
    other_rule.rule = "build";
    CHECK(f.queue().replay(other_rule, {}).error().code == ErrorCode::exists);
    CHECK(f.queue().find_replay(other_rule).error().code == ErrorCode::exists);
    CHECK(f.queue().replay(wish(EventId("01ARZ3NDEKTSV4RRFFQ69G5FAV")), {}).error().code ==
          ErrorCode::not_found);
}

TEST_CASE("a merge that counts once can be replayed all the same") {
    Fixture f(GENERATE(from_range(engines())));
    auto planned = pushed(Redelivery::ignore);
    planned.plan.runs[0].once_key = "merge:acme/shop:main:2";
    const auto event = f.accept(arrival({planned})).events[0].id;
    CHECK(f.queue().replay(wish(event), planned.plan.runs).value().runs.size() == 1);
    CHECK(f.queue().replay(wish(event), planned.plan.runs).value().runs.size() == 1);
    CHECK(f.queue().runs({}).value()[0].rerun->number == 2);
}

TEST_CASE("a redelivery does what the rule says, by how its last run has ended") {
    Fixture f(GENERATE(from_range(engines())));
    struct Case {
        Redelivery rule;
        ActionState ended;
        bool again;
    };
    const auto [rule, ended, again] =
        GENERATE(Case{Redelivery::ignore, ActionState::failure, false},
                 Case{Redelivery::rerun_failed, ActionState::success, false},
                 Case{Redelivery::rerun_failed, ActionState::failure, true},
                 Case{Redelivery::rerun_failed, ActionState::error, true},
                 Case{Redelivery::rerun_failed, ActionState::timeout, true},
                 Case{Redelivery::rerun_failed, ActionState::canceled, false},
                 Case{Redelivery::rerun_failed, ActionState::superseded, false},
                 Case{Redelivery::rerun_failed, ActionState::unknown, false},
                 Case{Redelivery::rerun, ActionState::success, true},
                 Case{Redelivery::rerun, ActionState::canceled, true});
    INFO(to_text(ended));
    const auto first = f.accept(sent(pushed(rule)));
    f.finish(f.claim_one(), ended);
    f.clock().advance(k_quiet);
    const auto redelivered = f.accept(sent(pushed(rule)));
    CHECK(redelivered.duplicate_delivery);
    CHECK(redelivered.events.at(0).id == first.events.at(0).id);
    REQUIRE(redelivered.reruns.size() == (again ? 1 : 0));
    CHECK(runs_of(f) == (again ? 2 : 1));
    if (again) {
        const auto run = f.run(redelivered.reruns[0].id).run;
        CHECK(run.event == first.events[0].id);
        CHECK(run.rerun == queue::Rerun{1, queue::RerunCause::redelivery, "127.0.0.1"});
        CHECK(f.claim_one().rerun == queue::RerunCause::redelivery);
    }
}

TEST_CASE("ten redeliveries at once start one rerun, and none while a run is not over") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(sent(pushed(Redelivery::rerun)));
    f.clock().advance(k_quiet);
    // The first run has not even begun.
    CHECK(f.accept(sent(pushed(Redelivery::rerun))).reruns.empty());
    f.finish(f.claim_one());
    std::vector<std::future<queue::Accepted>> answers;
    for (int i = 0; i < 10; ++i) {
        answers.push_back(std::async(std::launch::async, [&f] {
            return f.queue().accept_and_wait(sent(pushed(Redelivery::rerun))).value();
        }));
    }
    std::size_t started = 0;
    for (auto& answer : answers) {
        started += answer.get().reruns.size();
    }
    CHECK(started == 1);
    // Also when the rerun is over: the sender's retries of the redelivery come within a minute.
    f.finish(f.claim_one());
    CHECK(f.accept(sent(pushed(Redelivery::rerun))).reruns.empty());
    f.clock().advance(k_quiet);
    CHECK(f.accept(sent(pushed(Redelivery::rerun))).reruns.size() == 1);
    CHECK(runs_of(f) == 3);
}

TEST_CASE("what may be the sender's own retry, or somebody's trick, starts nothing again") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(sent(pushed(Redelivery::rerun)));
    f.finish(f.claim_one());
    auto again = sent(pushed(Redelivery::rerun));
    SECTION("it comes too soon") {
        f.clock().advance(k_quiet - Milliseconds(1));
    }
    SECTION("the clock was set back") {
        f.clock().set_wall(f.clock().wall() - std::chrono::hours(1));
    }
    SECTION("nothing tells a retry of that sender from a redelivery") {
        f.clock().advance(k_quiet);
        again.delivery.redelivered_after.reset();
    }
    SECTION("it has another body") {
        f.clock().advance(k_quiet);
        again.delivery.body = "another body";
    }
    SECTION("it was a replay under another id when it came first") {
        CHECK(f.accept(sent(pushed(Redelivery::rerun), "other")).suspicious);
        f.clock().advance(k_quiet);
        again.delivery.key = "other";
    }
    CHECK(f.accept(again).reruns.empty());
    CHECK(runs_of(f) == 1);
}

TEST_CASE("a redelivery starts a rule that is new since, only where the rule says rerun") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(sent(push(object_id("1"), object_id("2"))));
    f.clock().advance(2 * k_quiet);
    CHECK(f.accept(sent(pushed(Redelivery::rerun_failed))).reruns.empty());
    REQUIRE(f.accept(sent(pushed(Redelivery::rerun))).reruns.size() == 1);
    CHECK(f.queue().runs({}).value()[0].rerun->number == 0);
}

TEST_CASE("a redelivered merge that another event has started is that one's to run again") {
    Fixture f(GENERATE(from_range(engines())));
    auto as_push = pushed(Redelivery::rerun);
    auto as_request = with_run(other_event(EventKind::merge_request), {action("test")});
    as_request.plan.runs[0].redelivery = Redelivery::rerun;
    as_push.plan.runs[0].once_key = as_request.plan.runs[0].once_key = "merge:acme/shop:main:2";
    f.accept(sent(as_push, "a", "a"));
    f.accept(sent(as_request, "b", "b"));
    CHECK(runs_of(f) == 1);
    f.finish(f.claim_one());
    f.clock().advance(k_quiet);
    CHECK(f.accept(sent(as_request, "b", "b")).reruns.empty());
    CHECK(f.accept(sent(as_push, "a", "a")).reruns.size() == 1);
}

TEST_CASE("of a redelivery with several refs each one's rule is looked at for itself") {
    Fixture f(GENERATE(from_range(engines())));
    const auto both = [] {
        auto made = sent(pushed(Redelivery::rerun_failed), "key", "both");
        auto other = with_run(push(object_id("1"), object_id("2"), "acme/shop", "refs/heads/next"),
                              {action("test")});
        other.plan.runs[0].redelivery = Redelivery::rerun_failed;
        made.events.push_back(std::move(other));
        return made;
    };
    const auto first = f.accept(both());
    f.finish(f.claim_one(), ActionState::success);
    const auto failing = f.claim_one();
    f.finish(failing, ActionState::failure);
    f.clock().advance(k_quiet);
    const auto again = f.accept(both());
    REQUIRE(again.reruns.size() == 1);
    CHECK(f.run(again.reruns[0].id).run.event == failing.event);
}
