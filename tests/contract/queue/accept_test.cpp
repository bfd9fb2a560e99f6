#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <thread>

using namespace hookd;
using namespace hookd::test;

TEST_CASE("an event, its decisions and its runs are stored together") {
    Fixture f(GENERATE(from_range(engines())));
    auto planned = with_run(push(object_id("1"), object_id("2")), {action("lint")}, "lint");
    planned = with_run(planned, {action("test")}, "test");
    planned.plan.decisions.push_back({"tag", false, "on.tag", "push"});
    const Event event = planned.event;
    const auto decisions = planned.plan.decisions;

    const auto accepted = f.accept(arrival({planned}));

    REQUIRE_FALSE(accepted.is_duplicate());
    REQUIRE(accepted.events.size() == 1);
    CHECK(accepted.events[0].id == event.id);
    CHECK_FALSE(accepted.events[0].duplicate);
    REQUIRE(accepted.events[0].runs.size() == 2);
    CHECK(accepted.events[0].runs[0].rule == "lint");
    CHECK(accepted.events[0].runs[1].rule == "test");
    CHECK(accepted.events[0].runs[0].id < accepted.events[0].runs[1].id);

    const auto detail = f.queue().event(event.id);
    REQUIRE(detail);
    CHECK(detail->event == event);
    CHECK(detail->decisions == decisions);
    CHECK(detail->runs ==
          std::vector{accepted.events[0].runs[0].id, accepted.events[0].runs[1].id});
}

TEST_CASE("a delivery is kept byte for byte") {
    Fixture f(GENERATE(from_range(engines())));
    const auto planned = any_push();
    auto sent = arrival({planned}, "/hooks/github", "key-1");
    sent.delivery.body = std::string("\x00\xff{\"a\":1}\r\n\x80", 13);
    sent.delivery.headers = {
        {"X-A", "caf\xe9"}, {"X-B", ""}, {"X-A", "twice: yes"}, {"X-C", " v "}};
    const queue::Delivery delivery = sent.delivery;

    f.accept(sent);
    f.reopen();

    const auto kept = f.queue().deliveries_of(planned.event.id);
    REQUIRE(kept);
    REQUIRE(kept->size() == 1);
    CHECK(kept->front() == delivery);
}

TEST_CASE("a ref that is not UTF-8 comes back as the same bytes") {
    Fixture f(GENERATE(from_range(engines())));
    const std::string ref = "refs/heads/caf\xe9\xff";
    const auto planned = push(nothing(), object_id("1"), "acme/shop", ref);
    f.accept(arrival({planned}));
    CHECK(f.queue().event(planned.event.id).value().event == planned.event);
    CHECK(f.queue().events({}).value().front().ref == ref);
    CHECK(f.queue().ref_position("acme/shop", ref).value() == object_id("1"));
}

TEST_CASE("a delivery without an event is stored, and comes only once") {
    Fixture f(GENERATE(from_range(engines())));
    const auto first = f.accept(arrival({}, "/hooks/github", "ping-1"));
    CHECK(first.events.empty());
    CHECK_FALSE(first.is_duplicate());
    CHECK(f.accept(arrival({}, "/hooks/github", "ping-1")).duplicate_delivery);
}

TEST_CASE("a run without actions has succeeded") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId id = f.start({});
    const auto run = f.run(id);
    CHECK(run.run.state == RunState::success);
    CHECK(run.run.finished_at.has_value());
    CHECK(f.nothing_to_claim());
}

TEST_CASE("T023 T078 an accept is answered after it is on disk, and survives closing") {
    Fixture f(GENERATE(from_range(engines())));
    const auto planned = with_run(any_push(), {action("test")});
    const auto accepted = f.accept(arrival({planned}));
    // A reader sees only what is committed, so the answer came after the commit.
    REQUIRE(f.queue().event(planned.event.id));
    f.reopen();
    CHECK(f.queue().event(planned.event.id).value().event == planned.event);
    CHECK(f.run(accepted.events[0].runs[0].id).run.state == RunState::queued);
    CHECK(f.claim_one().name == "test");
}

TEST_CASE("what cannot be stored is refused, and nothing of it is kept") {
    Fixture f(GENERATE(from_range(engines())));
    auto bad = with_run(any_push(), {action("a"), action("b", {{1, NeedCondition::success}})});
    SECTION("an action that needs itself") {}
    SECTION("two actions of one name") {
        bad.plan.runs[0].actions = {action("a"), action("a")};
    }
    SECTION("a need named twice") {
        bad.plan.runs[0].actions = {
            action("a"), action("b", {{0, NeedCondition::success}, {0, NeedCondition::always}})};
    }
    const auto refused = f.queue().accept_and_wait(arrival({any_push(), bad}, "hook", "k"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(f.queue().status().value().events == 0);
    CHECK_FALSE(f.accept(arrival({any_push()}, "hook", "k")).is_duplicate());
}

TEST_CASE("many senders at once are each answered, with runs of their own") {
    Fixture f(GENERATE(from_range(engines())));
    std::atomic<int> good{0};
    std::vector<std::thread> senders;
    for (int i = 0; i < 8; ++i) {
        senders.emplace_back([&f, &good] {
            for (int n = 0; n < 25; ++n) {
                const auto accepted =
                    f.queue().accept_and_wait(arrival({with_run(any_push(), {action("test")})}));
                good += accepted && accepted->events[0].runs.size() == 1 ? 1 : 0;
            }
        });
    }
    for (auto& sender : senders) {
        sender.join();
    }
    CHECK(good == 200);
    const auto status = f.queue().status().value();
    CHECK(status.events == 200);
    CHECK(status.ready == 200);
}

TEST_CASE("of a once key only the first run is made, and the decision says why") {
    Fixture f(GENERATE(from_range(engines())));
    auto first = with_run(any_push(), {action("deploy")}, "deploy");
    first.plan.runs[0].once_key = "merge-7";
    auto second = with_run(any_push(), {action("deploy")}, "deploy");
    second = with_run(second, {action("test")}, "test");
    second.plan.runs[0].once_key = "merge-7";
    const EventId first_id = first.event.id;
    const EventId second_id = second.event.id;

    const auto made = f.accept(arrival({first}));
    SECTION("while the first run is there") {}
    SECTION("also long after it has ended") {
        f.finish(f.claim_one());
        f.reopen();
    }
    const auto not_again = f.accept(arrival({second}));

    CHECK(made.events[0].runs.size() == 1);
    CHECK_FALSE(not_again.events[0].duplicate);
    REQUIRE(not_again.events[0].runs.size() == 1);
    CHECK(not_again.events[0].runs[0].rule == "test");
    const auto decisions = f.queue().event(second_id).value().decisions;
    REQUIRE(decisions.size() == 2);
    CHECK(decisions[0] ==
          Decision{"deploy", false, "once", "already started by event " + first_id.text()});
    CHECK(decisions[1].matched);
    CHECK(f.queue().event(first_id).value().decisions[0].matched);
}

TEST_CASE("a once key counts within one arrival as well") {
    Fixture f(GENERATE(from_range(engines())));
    auto planned = with_run(any_push(), {action("a")}, "one");
    planned = with_run(planned, {action("a")}, "two");
    planned.plan.runs[0].once_key = planned.plan.runs[1].once_key = "k";
    auto later = with_run(any_push(), {action("a")}, "three");
    later.plan.runs[0].once_key = "k";
    const auto accepted = f.accept(arrival({planned, later}));
    REQUIRE(accepted.events[0].runs.size() == 1);
    CHECK(accepted.events[0].runs[0].rule == "one");
    CHECK(accepted.events[1].runs.empty());
}

TEST_CASE("the last position of a ref is known until it is gone") {
    Fixture f(GENERATE(from_range(engines())));
    const auto position = [&f] {
        return f.queue().ref_position("acme/shop", "refs/heads/main").value();
    };
    CHECK_FALSE(position());
    f.accept(arrival({push(nothing(), object_id("1"))}));
    CHECK(position() == object_id("1"));
    f.accept(arrival({push(object_id("1"), object_id("2"))}));
    CHECK(position() == object_id("2"));
    f.accept(arrival({push(object_id("2"), nothing())}));
    CHECK_FALSE(position());
    CHECK_FALSE(f.queue().ref_position("acme/other", "refs/heads/main").value());
}
