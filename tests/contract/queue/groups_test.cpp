#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;
using Names = std::vector<std::string>;

TEST_CASE("T086 of a group one runs at a time, in the order of the runs") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId first = f.start({grouped("one", "production")});
    const RunId second = f.start({grouped("two", "production")}, "acme/site");
    f.start({grouped("three", "production")});
    CHECK(f.queue().status().value().waiting == 2);
    CHECK(f.action_state(second, "two") == ActionState::waiting);
    CHECK(f.action_of(second, "two").reason == "another one of \"production\" goes first");

    for (const char* name : {"one", "two", "three"}) {
        const auto claims = f.claim(5);
        REQUIRE(claims.size() == 1);
        CHECK(claims[0].name == name);
        f.finish(claims[0], GENERATE(ActionState::success, ActionState::failure));
    }
    CHECK(is_final(f.run_state(first)));
    CHECK(f.queue().status().value().waiting == 0);
}

TEST_CASE("groups do not hold each other, nor what has none") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({grouped("a1", "a")});
    f.start({grouped("a2", "a")});
    f.start({grouped("b1", "b")});
    f.start({action("free")});
    CHECK(f.claim_names(9) == Names{"a1", "b1", "free"});
}

TEST_CASE("T086 an earlier run goes first although a later one is ready sooner") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({action("test"), grouped("old", "production", {{0, NeedCondition::success}})});
    f.start({grouped("new", "production")});
    const auto test = f.claim(5);
    REQUIRE(test.size() == 1);
    CHECK(test[0].name == "test");
    SECTION("it deploys, then the later one") {
        f.finish(test[0]);
        const auto old = f.claim(5);
        REQUIRE(old.size() == 1);
        CHECK(old[0].name == "old");
        f.finish(old[0]);
        CHECK(f.claim_names(5) == Names{"new"});
    }
    SECTION("it is skipped and no longer in the way") {
        f.finish(test[0], ActionState::failure);
        CHECK(f.claim_names(5) == Names{"new"});
    }
}

TEST_CASE("within a run a group goes in the order of the actions") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({grouped("a", "g"), grouped("b", "g"), grouped("c", "g")});
    for (const char* name : {"a", "b", "c"}) {
        const auto claims = f.claim(5);
        REQUIRE(claims.size() == 1);
        CHECK(claims[0].name == name);
        f.finish(claims[0]);
    }
}

TEST_CASE("an action may need one of its own group") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({grouped("a", "g"), grouped("b", "g", {{0, NeedCondition::always}})});
    f.finish(f.claim_one(), GENERATE(ActionState::success, ActionState::failure));
    CHECK(f.claim_one().name == "b");
}

TEST_CASE("a lost or returned action keeps its place in the group") {
    Fixture f(GENERATE(from_range(engines())));
    f.start({grouped("first", "g")});
    f.start({grouped("second", "g")});
    const auto claim = f.claim_one();
    SECTION("lost") {
        f.clock().advance(k_lease);
        REQUIRE(f.queue().expire().value().retried == 1);
    }
    SECTION("returned") {
        REQUIRE(f.queue().give_back(claim.fence, "stopping"));
    }
    SECTION("lost by a restart") {
        f.reopen();
        REQUIRE(f.queue().recover(f.node()).value().retried == 1);
    }
    CHECK(f.claim_names(5) == Names{"first"});
}

TEST_CASE("what a group holds does not slow down the claims of others") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<queue::PlannedEvent> events;
    for (int i = 0; i < 500; ++i) {
        events.push_back(with_run(any_push("acme/busy"), {grouped("held", "g")}));
    }
    events.push_back(with_run(any_push("acme/calm"), {action("free")}));
    f.accept(arrival(events));
    CHECK(f.claim_names(5) == Names{"held", "free"});
    CHECK(f.queue().status().value().waiting == 499);
}
