#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

using namespace hookd;
using namespace hookd::test;

TEST_CASE("a claim holds what an attempt needs to know") {
    Fixture f(GENERATE(from_range(engines())));
    auto planned = with_run(any_push(), {action("test")}, "build");
    planned.plan.runs[0].actions[0].spec = R"({"run":"make","weird":"\u0000"})";
    const auto accepted = f.accept(arrival({planned}));

    const auto claim = f.claim_one();

    CHECK(claim.fence);
    CHECK(claim.run == accepted.events[0].runs[0].id);
    CHECK(claim.event == planned.event.id);
    CHECK(claim.repository == "acme/shop");
    CHECK(claim.rule == "build");
    CHECK(claim.name == "test");
    CHECK(claim.handler == "run");
    CHECK(claim.spec == planned.plan.runs[0].actions[0].spec);
    CHECK(claim.commit == object_id("a"));
    CHECK(claim.attempt == 1);
    CHECK(claim.timeout == Milliseconds(60'000));
    CHECK(claim.inputs.empty());
}

TEST_CASE("an attempt is on disk before its claim is given") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("test")});
    f.clock().advance(Milliseconds(5000));
    const auto claim = f.claim_one();
    const auto detail = f.run(run);
    CHECK(detail.run.state == RunState::running);
    CHECK(detail.run.started_at == f.clock().wall());
    REQUIRE(detail.actions[0].attempts.size() == 1);
    CHECK(detail.actions[0].state == ActionState::running);
    CHECK(detail.actions[0].attempts[0].fence == claim.fence);
    CHECK(detail.actions[0].attempts[0].number == 1);
    CHECK(detail.actions[0].attempts[0].outcome.empty());
    CHECK_FALSE(detail.actions[0].attempts[0].ended_at);
    CHECK(f.nothing_to_claim());
}

TEST_CASE("within a repository the oldest goes first") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("first"), action("second")});
    f.start({action("third")});
    CHECK(f.claim_names(1) == std::vector<std::string>{"first"});
    CHECK(f.claim_names(5) == std::vector<std::string>{"second", "third"});
    CHECK(f.claim_names(5).empty());
}

TEST_CASE("T090 repositories take turns") {
    Fixture f(GENERATE(from_range(engines())));
    for (int i = 0; i < 20; ++i) {
        f.start({action("busy")}, "acme/busy");
    }
    f.start({action("calm")}, "acme/calm");
    f.start({action("quiet")}, "acme/quiet");

    SECTION("within one claim") {
        auto names = f.claim_names(3);
        std::sort(names.begin(), names.end());
        CHECK(names == std::vector<std::string>{"busy", "calm", "quiet"});
    }
    SECTION("from one claim to the next") {
        std::vector<std::string> names;
        for (int i = 0; i < 3; ++i) {
            names.push_back(f.claim_one().name);
        }
        std::sort(names.begin(), names.end());
        CHECK(names == std::vector<std::string>{"busy", "calm", "quiet"});
        CHECK(f.claim_names(2) == std::vector<std::string>{"busy", "busy"});
    }
}

TEST_CASE("T090 a thousand repositories each get one turn before any gets two") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<queue::PlannedEvent> events;
    for (int i = 0; i < 1000; ++i) {
        events.push_back(
            with_run(any_push("acme/r" + std::to_string(i)), {action("one"), action("two")}));
    }
    f.accept(arrival(events));
    std::set<std::string> served;
    for (int i = 0; i < 20; ++i) {
        for (const auto& claim : f.claim(50)) {
            CHECK(claim.name == "one");
            served.insert(claim.repository);
        }
    }
    CHECK(served.size() == 1000);
    CHECK(f.claim_names(2) == std::vector<std::string>{"two", "two"});
}

TEST_CASE("fences only grow, also over restarts") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("a"), action("b"), action("c")});
    const auto first = f.claim_one().fence;
    const auto second = f.claim_one().fence;
    const auto node = f.node();
    f.reopen();
    CHECK(node < f.node());
    const auto third = f.claim_one().fence;
    CHECK(first < second);
    CHECK(second < third);
}

TEST_CASE("no action is claimed twice by workers that hurry") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<PlannedAction> actions;
    for (int i = 0; i < 120; ++i) {
        actions.push_back(action("a" + std::to_string(i)));
    }
    const RunId run = f.start(actions);
    std::vector<std::vector<queue::Claim>> taken(6);
    std::vector<std::thread> workers;
    for (auto& mine : taken) {
        workers.emplace_back([&f, &mine] {
            for (;;) {
                auto claimed = f.queue().claim({f.node(), 3, k_lease});
                if (!claimed || claimed->claims.empty()) {
                    return;
                }
                for (auto& claim : claimed->claims) {
                    static_cast<void>(f.queue().finish(claim.fence, {}));
                    mine.push_back(std::move(claim));
                }
            }
        });
    }
    std::set<std::string> names;
    std::set<Fence> fences;
    std::size_t count = 0;
    for (std::size_t i = 0; i < workers.size(); ++i) {
        workers[i].join();
        for (const auto& claim : taken[i]) {
            names.insert(claim.name);
            fences.insert(claim.fence);
            ++count;
        }
    }
    CHECK(count == 120);
    CHECK(names.size() == 120);
    CHECK(fences.size() == 120);
    CHECK(f.run_state(run) == RunState::success);
}

TEST_CASE("what an attempt ended with is kept") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("test")});
    const auto claim = f.claim_one();
    f.clock().advance(Milliseconds(1500));
    queue::Outcome outcome = ended(ActionState::failure, "3 tests failed");
    outcome.exit_code = 2;
    outcome.cpu = Milliseconds(700);
    outcome.peak_memory_bytes = 123'456'789;
    outcome.log_bytes = 10'000'000'000;
    outcome.log_dropped_bytes = 5;
    f.finish(claim, outcome);

    const auto detail = f.run(run);
    CHECK(detail.run.state == RunState::failure);
    CHECK(detail.run.finished_at == f.clock().wall());
    CHECK(detail.rule_hash == "hash-of-build");
    CHECK(detail.actions[0].state == ActionState::failure);
    CHECK(detail.actions[0].reason == "3 tests failed");
    REQUIRE(detail.actions[0].attempts.size() == 1);
    const auto& attempt = detail.actions[0].attempts[0];
    CHECK(attempt.outcome == "failure");
    CHECK(attempt.reason == "3 tests failed");
    CHECK(attempt.ended_at == f.clock().wall());
    CHECK(attempt.exit_code == 2);
    CHECK_FALSE(attempt.signal);
    CHECK(attempt.cpu == Milliseconds(700));
    CHECK(attempt.peak_memory_bytes == 123'456'789);
    CHECK(attempt.log_bytes == 10'000'000'000);
    CHECK(attempt.log_dropped_bytes == 5);
}

TEST_CASE("an attempt cannot end in a state that is not final") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("test")});
    const auto claim = f.claim_one();
    const auto refused = f.queue().finish(claim.fence, ended(ActionState::ready));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    f.finish(claim);
}

TEST_CASE("asking for nothing claims nothing") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("test")});
    CHECK(f.claim(0).empty());
    CHECK(f.claim(1).size() == 1);
}
