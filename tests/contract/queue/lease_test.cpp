#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

void check_counts(const Result<queue::Recovered>& recovered, std::size_t retried,
                  std::size_t unknown, std::size_t failed) {
    REQUIRE(recovered);
    CHECK(recovered->retried == retried);
    CHECK(recovered->unknown == unknown);
    CHECK(recovered->failed == failed);
}

ErrorCode code_of(const Status& status) {
    REQUIRE_FALSE(status);
    return status.error().code;
}

}  // namespace

TEST_CASE("a lease that is renewed goes on; one that is not runs out") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("a"), action("b")});
    const auto claims = f.claim(2);
    f.clock().advance(Milliseconds(20'000));
    const std::vector<Fence> kept = {claims[0].fence};
    const auto renewals = f.queue().renew(f.node(), kept, k_lease);
    REQUIRE(renewals);
    REQUIRE(renewals->size() == 1);
    CHECK((*renewals)[0].fence == claims[0].fence);
    CHECK((*renewals)[0].held);
    CHECK_FALSE((*renewals)[0].canceled);

    check_counts(f.queue().expire(), 0, 0, 0);
    f.clock().advance(Milliseconds(10'000));
    check_counts(f.queue().expire(), 1, 0, 0);
    CHECK(f.claim_one().name == "b");
    f.finish(claims[0]);
}

TEST_CASE("T087 setting the time ends no lease and keeps none") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("a")});
    const auto claim = f.claim_one();
    const auto year = std::chrono::hours(24 * 365);
    f.clock().set_wall(f.clock().wall() +
                       GENERATE(-1, 1) * std::chrono::duration_cast<Milliseconds>(10 * year));
    check_counts(f.queue().expire(), 0, 0, 0);
    REQUIRE(f.queue().renew(f.node(), std::vector{claim.fence}, k_lease).value()[0].held);
    f.clock().advance(k_lease - Milliseconds(1));
    check_counts(f.queue().expire(), 0, 0, 0);
    f.clock().advance(Milliseconds(1));
    check_counts(f.queue().expire(), 1, 0, 0);
}

TEST_CASE("T087 leases found at a start run for their length at most, whatever the time says") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("a")});
    static_cast<void>(f.claim_one());
    const auto day = std::chrono::duration_cast<Milliseconds>(std::chrono::hours(24));
    f.clock().set_wall(f.clock().wall() - day);
    f.reopen();
    check_counts(f.queue().expire(), 0, 0, 0);
    f.clock().advance(k_lease);
    check_counts(f.queue().expire(), 1, 0, 0);
}

TEST_CASE("T083 a late result is refused, recorded and counted") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("test")});
    const auto late = f.claim_one();
    f.clock().advance(k_lease);
    check_counts(f.queue().expire(), 1, 0, 0);
    const bool another_runs = GENERATE(true, false);
    const auto newer = another_runs ? f.claim_one() : queue::Claim{};

    CHECK(code_of(f.queue().finish(late.fence, ended(ActionState::success))) == ErrorCode::stale);

    CHECK(f.queue().status().value().stale_refused == 1);
    auto detail = f.action_of(run, "test");
    CHECK(detail.state == (another_runs ? ActionState::running : ActionState::ready));
    CHECK(detail.attempts[0].outcome == "stale");
    CHECK(detail.attempts[0].reason.find("success") != std::string::npos);
    CHECK_FALSE(f.queue().renew(f.node(), std::vector{late.fence}, k_lease).value()[0].held);
    CHECK(code_of(f.queue().give_back(late.fence, "stopping")) == ErrorCode::stale);
    if (another_runs) {
        CHECK(newer.attempt == 2);
        f.finish(newer, ActionState::failure);
        CHECK(f.run_state(run) == RunState::failure);
        CHECK(f.action_of(run, "test").attempts.size() == 2);
    }
}

TEST_CASE("a final state never changes; the same result told twice is one result") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("test")});
    const auto claim = f.claim_one();
    f.finish(claim, ActionState::failure);
    // Its caller did not hear the first answer.
    CHECK(f.queue().finish(claim.fence, ended(ActionState::failure)));
    CHECK(f.queue().status().value().stale_refused == 0);
    CHECK(code_of(f.queue().finish(claim.fence, ended(ActionState::success))) == ErrorCode::stale);
    CHECK(f.queue().status().value().stale_refused == 1);
    CHECK(f.action_of(run, "test").state == ActionState::failure);
    CHECK(f.action_of(run, "test").attempts[0].outcome == "failure");
    CHECK(f.nothing_to_claim());
}

TEST_CASE("a fence that was never given is not found") {
    Fixture f(GENERATE(from_range(engines())));
    CHECK(code_of(f.queue().finish(Fence(99), {})) == ErrorCode::not_found);
    CHECK(code_of(f.queue().give_back(Fence(99), "x")) == ErrorCode::not_found);
    CHECK_FALSE(f.queue().renew(f.node(), std::vector{Fence(99)}, k_lease).value()[0].held);
}

TEST_CASE("only the node that holds an attempt renews it") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("test")});
    const auto claim = f.claim_one();
    const auto other = f.queue().register_node("other");
    REQUIRE(other);
    CHECK_FALSE(f.queue().renew(*other, std::vector{claim.fence}, k_lease).value()[0].held);
    CHECK(f.queue().renew(f.node(), std::vector{claim.fence}, k_lease).value()[0].held);
}

TEST_CASE("T084 after a crash what may be repeated is, and a deploy ends unknown") {
    Fixture f(GENERATE(from_range(engines())));
    auto deploy = action("deploy");
    deploy.on_lost = OnLost::unknown;
    const RunId tests = f.start({action("test"), action("report", {{0, NeedCondition::success}})});
    const RunId deploys = f.start({deploy, action("alarm", {{0, NeedCondition::failure}})});
    const auto before = f.claim(5);
    REQUIRE(before.size() == 2);

    f.reopen();
    check_counts(f.queue().recover(f.node()), 1, 1, 0);

    CHECK(f.action_state(tests, "test") == ActionState::ready);
    CHECK(f.run_state(tests) == RunState::queued);
    const auto unknown = f.action_of(deploys, "deploy");
    CHECK(unknown.state == ActionState::unknown);
    CHECK_FALSE(unknown.reason.empty());
    CHECK(unknown.attempts[0].outcome == "lost");
    const auto claims = f.claim(5);
    REQUIRE(claims.size() == 2);
    CHECK(claims[0].name == "test");
    CHECK(claims[0].attempt == 2);
    CHECK(claims[1].name == "alarm");
    check_counts(f.queue().recover(f.node()), 0, 0, 0);
}

TEST_CASE("an action that loses its worker three times is given up") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("bomb"), action("next", {{0, NeedCondition::success}})});
    for (int i = 1; i <= 3; ++i) {
        CHECK(f.claim_one().attempt == i);
        f.clock().advance(k_lease);
        check_counts(f.queue().expire(), i < 3 ? 1 : 0, 0, i < 3 ? 0 : 1);
    }
    CHECK(f.action_state(run, "bomb") == ActionState::error);
    CHECK(f.action_of(run, "bomb").reason == "its worker was lost 3 times");
    CHECK(f.action_state(run, "next") == ActionState::skipped);
    CHECK(f.run_state(run) == RunState::failure);
    CHECK(f.nothing_to_claim());
}

TEST_CASE("an attempt given back is not counted") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("test")});
    for (int i = 0; i < 4; ++i) {
        const auto claim = f.claim_one();
        CHECK(claim.attempt == 1);
        REQUIRE(f.queue().give_back(claim.fence, "the daemon stops"));
        CHECK(f.action_state(run, "test") == ActionState::ready);
        CHECK(f.run_state(run) == RunState::queued);
    }
    const auto record = f.action_of(run, "test");
    REQUIRE(record.attempts.size() == 4);
    CHECK(record.attempts[0].outcome == "returned");
    CHECK(record.attempts[0].reason == "the daemon stops");
    f.finish(f.claim_one());
    CHECK(f.run_state(run) == RunState::success);
}

TEST_CASE("a running action hears at its next renewal that it shall end") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("test")});
    const auto claim = f.claim_one();
    REQUIRE(f.queue().cancel(claim.action, "ann asked for it"));
    CHECK(f.action_state(run, "test") == ActionState::running);
    const auto renewals = f.queue().renew(f.node(), std::vector{claim.fence}, k_lease);
    CHECK(renewals.value()[0].held);
    CHECK(renewals.value()[0].canceled);

    SECTION("and says how it ended") {
        f.finish(claim, ActionState::canceled);
    }
    SECTION("and is not tried again where its worker is lost") {
        f.clock().advance(k_lease);
        check_counts(f.queue().expire(), 0, 0, 1);
        CHECK(f.action_of(run, "test").reason == "ann asked for it");
    }
    SECTION("and is not given to another where it is given back") {
        REQUIRE(f.queue().give_back(claim.fence, "stopping"));
    }
    CHECK(f.run_state(run) == RunState::canceled);
    CHECK(f.nothing_to_claim());
    CHECK(code_of(f.queue().cancel(claim.action, "again")) == ErrorCode::stale);
    CHECK(code_of(f.queue().cancel(ActionId(99), "x")) == ErrorCode::not_found);
}

TEST_CASE("an action that does not run is canceled at once, and what needs it is skipped") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({grouped("a", "g"), action("b", {{0, NeedCondition::success}}),
                               action("c", {{0, NeedCondition::always}}), grouped("d", "g")});
    REQUIRE(f.queue().cancel(f.action_of(run, "a").id, "not wanted"));
    CHECK(f.action_state(run, "a") == ActionState::canceled);
    CHECK(f.action_state(run, "b") == ActionState::skipped);
    CHECK(f.claim_names(5) == std::vector<std::string>{"c", "d"});
}
