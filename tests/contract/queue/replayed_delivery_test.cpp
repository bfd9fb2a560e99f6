#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <future>
#include <optional>

using namespace hookd;
using namespace hookd::test;

namespace {

const std::string k_door = "/hooks/github";
const std::string k_main = "refs/heads/main";

/// A stored delivery that was refused.
DeliveryId refused(Fixture& f, const std::string& key, const std::string& body = {}) {
    queue::Delivery delivery = arrival({}, k_door, key).delivery;
    delivery.body = body;
    delivery.verdict = {queue::Verdict::Kind::refused, 403, "forbidden_repository", "not here"};
    delivery.proven_by = "a mark";
    REQUIRE(f.queue().record_and_wait(delivery));
    return delivery.id;
}

/// What becomes of it when it is let in.
queue::Arrival replay(const DeliveryId& refused, const std::string& key,
                      queue::PlannedEvent event = any_push()) {
    auto made = arrival({with_run(std::move(event), {action("test")})}, k_door, key);
    made.delivery.replay_of = {refused, "owner"};
    return made;
}

}  // namespace

TEST_CASE("a refused delivery that is replayed and the one it was taken as know each other") {
    Fixture f(GENERATE(from_range(engines())));
    const std::string key = GENERATE("key", "");
    const DeliveryId old = refused(f, key);
    CHECK_FALSE(f.queue().delivery(old)->taken_as);
    const auto made = replay(old, key);
    const auto accepted = f.accept(made);
    CHECK_FALSE(accepted.is_duplicate());
    CHECK(accepted.events.at(0).runs.size() == 1);
    f.reopen();
    const auto before = f.queue().delivery(old).value();
    CHECK(before.taken_as == made.delivery.id);
    CHECK(before.delivery.verdict.kind == queue::Verdict::Kind::refused);
    CHECK_FALSE(before.delivery.replay_of);
    CHECK(before.delivery.proven_by == "a mark");
    const auto after = f.queue().delivery(made.delivery.id).value();
    CHECK(after.delivery == made.delivery);
    CHECK(after.events.size() == 1);
    CHECK_FALSE(after.taken_as);
}

TEST_CASE("a refused delivery is taken once, also by ten replays at once") {
    Fixture f(GENERATE(from_range(engines())));
    const std::string key = GENERATE("key", "");
    const DeliveryId old = refused(f, key);
    std::vector<std::future<Result<queue::Accepted>>> asked;
    for (int i = 0; i < 10; ++i) {
        asked.push_back(std::async(std::launch::async, [&] {
            return f.queue().accept_and_wait(replay(old, key, other_event(EventKind::comment)));
        }));
    }
    int taken = 0;
    for (auto& answer : asked) {
        const auto accepted = answer.get().value();
        taken += accepted.duplicate_delivery ? 0 : 1;
        REQUIRE(accepted.events.size() == 1);
        CHECK(accepted.events[0].runs.at(0).id == RunId(1));
    }
    CHECK(taken == 1);
    CHECK(f.queue().runs({}).value().size() == 1);
    // Nobody sent anything ten times.
    CHECK(f.queue().delivery(*f.queue().delivery(old)->taken_as)->arrivals == 1);
}

TEST_CASE("T006 a replay is a duplicate of what came under its sender's id in the meantime") {
    Fixture f(GENERATE(from_range(engines())));
    const DeliveryId old = refused(f, "key");
    const DeliveryId twice = refused(f, "key");
    const auto sent = arrival({with_run(any_push(), {action("test")})}, k_door, "key");
    f.accept(sent);
    for (const DeliveryId& each : {old, twice, old}) {
        const auto accepted = f.accept(replay(each, "key"));
        CHECK(accepted.duplicate_delivery);
        CHECK(accepted.known_as == sent.delivery.id);
        CHECK(accepted.events.at(0).runs.size() == 1);
        CHECK(f.queue().delivery(each)->taken_as == sent.delivery.id);
    }
    CHECK_FALSE(f.queue().delivery(sent.delivery.id)->delivery.replay_of);
    CHECK(f.queue().runs({}).value().size() == 1);

    // And the other way round: what the forge sends later is a duplicate of the replay.
    const DeliveryId other = refused(f, "other");
    f.accept(replay(other, "other"));
    CHECK(f.accept(arrival({any_push()}, k_door, "other")).duplicate_delivery);
    CHECK(f.queue().runs({}).value().size() == 2);
}

TEST_CASE("T006 what came under the same id with another body does not stand for a replay") {
    Fixture f(GENERATE(from_range(engines())));
    const DeliveryId old = refused(f, "key", "{\"a\":1}");
    auto other = arrival({any_push()}, k_door, "key");
    other.delivery.body = "{\"b\":2}";
    f.accept(other);
    auto made = replay(old, "key");
    made.delivery.body = "{\"a\":1}";
    CHECK_FALSE(f.accept(made).is_duplicate());
    const auto taken = f.queue().delivery(made.delivery.id).value();
    CHECK(taken.delivery.key.empty());
    CHECK(taken.delivery.replay_of->refused == old);
    CHECK(f.accept(made).known_as == made.delivery.id);
    CHECK(f.accept(arrival({any_push()}, k_door, "key")).known_as == other.delivery.id);
}

TEST_CASE("T085 a movement that another door told of is one event with the replay") {
    Fixture f(GENERATE(from_range(engines())));
    const auto movement = [] { return push(object_id("1"), object_id("2")); };
    const auto told = f.accept(arrival({movement()})).events.at(0);
    const auto replayed = f.accept(replay(refused(f, "key"), "key", movement())).events.at(0);
    CHECK(replayed.duplicate);
    CHECK(replayed.id == told.id);
}

TEST_CASE("a movement that was told of since it was refused does not run again by a replay") {
    Fixture f(GENERATE(from_range(engines())));
    const auto there = [] { return push(object_id("1"), object_id("2")); };
    const auto back = [] { return push(object_id("2"), object_id("1")); };
    const DeliveryId old = refused(f, GENERATE("key", ""));
    // As from a forge that sends it again under another id; and then the ref goes back.
    const auto told = f.accept(arrival({there()}, k_door, "again")).events.at(0);
    f.accept(arrival({back()}, k_door, "back"));
    const auto replayed = f.accept(replay(old, "key", there())).events.at(0);
    CHECK(replayed.duplicate);
    CHECK(replayed.id == told.id);
    CHECK(f.queue().ref_position("acme/shop", k_main).value() == object_id("1"));
}

TEST_CASE("a movement that was refused after it had been told of once is another one") {
    Fixture f(GENERATE(from_range(engines())));
    const auto there = [] { return push(object_id("1"), object_id("2")); };
    f.accept(arrival({there()}, k_door, "first"));
    f.accept(arrival({push(object_id("2"), object_id("1"))}, k_door, "back"));
    const auto replayed = f.accept(replay(refused(f, "key"), "key", there())).events.at(0);
    CHECK_FALSE(replayed.duplicate);
    CHECK(f.queue().ref_position("acme/shop", k_main).value() == object_id("2"));
}

namespace {

/// The last seen position of the one ref; nothing where none is known.
std::optional<std::string> position(Fixture& f) {
    return f.queue().ref_position("acme/shop", k_main).value();
}

/// What a comparison of refs, which finds the ref at `now`, would make of the last seen position.
bool comparison_runs(Fixture& f, const std::string& from, const std::string& now) {
    auto found = push(from, now);
    found.event.source.type = "reconcile";
    return !f.accept(arrival({found}, "reconcile")).events.at(0).duplicate;
}

}  // namespace

TEST_CASE("whichever replay comes first, a comparison then finds nothing that was replayed") {
    Fixture f(GENERATE(from_range(engines())));
    const bool is_noted = GENERATE(true, false);
    if (is_noted) {
        const std::vector<queue::RefSeen> refs{{k_main, object_id("2"), ""}};
        REQUIRE(f.queue().note_refs("acme/shop", refs, "refs", f.clock().wall()));
    } else {
        f.accept(arrival({push(object_id("1"), object_id("2"))}, k_door, "before"));
    }
    const DeliveryId first = refused(f, "a");
    const DeliveryId second = refused(f, "b");
    const auto replay_first = [&] {
        return f.accept(replay(first, "a", push(object_id("2"), object_id("3"))));
    };
    const auto replay_second = [&](const std::string& to) {
        return f.accept(replay(second, "b", push(object_id("3"), object_id(to))));
    };
    SECTION("in their order") {
        replay_first();
        CHECK(position(f) == object_id("3"));
        replay_second("4");
        CHECK(position(f) == object_id("4"));
    }
    SECTION("the newest first") {
        replay_second("4");
        replay_first();
        CHECK(position(f) == object_id("4"));
    }
    SECTION("the newest alone") {
        replay_second("4");
        CHECK(position(f) == object_id("4"));
    }
    SECTION("the newest first, and it goes back") {
        replay_second("2");
        replay_first();
        CHECK(position(f) == object_id("2"));
    }
}

TEST_CASE("what a comparison has summed up is not run again by the last one's replay") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(arrival({push(object_id("1"), object_id("2"))}, k_door, "before"));
    const DeliveryId first = refused(f, "a");
    const DeliveryId second = refused(f, "b");
    REQUIRE(comparison_runs(f, object_id("2"), object_id("4")));
    CHECK(
        f.accept(replay(second, "b", push(object_id("3"), object_id("4")))).events.at(0).duplicate);
    CHECK_FALSE(
        f.accept(replay(first, "a", push(object_id("2"), object_id("3")))).events.at(0).duplicate);
    CHECK(position(f) == object_id("4"));
}

TEST_CASE("a movement that came by two hooks, one of them refused, runs once") {
    Fixture f(GENERATE(from_range(engines())));
    const auto there = [] { return push(object_id("1"), object_id("2")); };
    const auto told = f.accept(arrival({there()}, k_door, "one")).events.at(0);
    const DeliveryId old = refused(f, "two");
    f.accept(arrival({push(object_id("2"), object_id("1"))}, k_door, "back"));
    const auto replayed = f.accept(replay(old, "two", there())).events.at(0);
    CHECK(replayed.duplicate);
    CHECK(replayed.id == told.id);
    CHECK(position(f) == object_id("1"));
}

TEST_CASE("a replay does not move the last seen position of a ref that was told of since") {
    Fixture f(GENERATE(from_range(engines())));
    SECTION("it went there and back") {
        f.accept(arrival({push(object_id("3"), object_id("1"))}));
        const DeliveryId old = refused(f, "a");
        f.accept(arrival({push(object_id("2"), object_id("1"))}));
        f.accept(replay(old, "a", push(object_id("1"), object_id("2"))));
        CHECK(position(f) == object_id("1"));
    }
    SECTION("it came and is gone") {
        const DeliveryId old = refused(f, "a");
        f.accept(arrival({push(object_id("2"), nothing())}));
        f.accept(replay(old, "a", push(nothing(), object_id("2"))));
        CHECK(position(f).value_or(nothing()) == nothing());
    }
    SECTION("it went around") {
        const DeliveryId old = refused(f, "a");
        f.accept(arrival({push(object_id("2"), object_id("3"))}));
        f.accept(arrival({push(object_id("3"), object_id("1"))}));
        f.accept(replay(old, "a", push(object_id("1"), object_id("2"))));
        CHECK(position(f) == object_id("1"));
    }
    SECTION("it is elsewhere") {
        const DeliveryId old = refused(f, "a");
        f.accept(arrival({push(object_id("3"), object_id("4"))}));
        f.accept(replay(old, "a", push(object_id("2"), object_id("3"))));
        CHECK(position(f) == object_id("4"));
    }
    SECTION("it was found there since") {
        const DeliveryId old = refused(f, "a");
        const std::vector<queue::RefSeen> refs{{k_main, object_id("1"), ""}};
        REQUIRE(f.queue().note_refs("acme/shop", refs, "refs", f.clock().wall()));
        f.accept(replay(old, "a", push(object_id("1"), object_id("2"))));
        CHECK(position(f) == object_id("1"));
    }
    SECTION("where it was is not known") {
        f.accept(replay(refused(f, "a"), "a", push(object_id("1"), object_id("2"))));
        CHECK_FALSE(position(f));
    }
}

TEST_CASE("T085 a deletion that does not say from where runs once, by a replay or a comparison") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(arrival({push(object_id("1"), object_id("2"))}));
    const DeliveryId old = refused(f, "a");
    auto gone = push("", nothing());
    gone.event.before.clear();
    CHECK_FALSE(f.accept(replay(old, "a", gone)).events.at(0).duplicate);
    CHECK(position(f).value_or(nothing()) == nothing());
    CHECK_FALSE(comparison_runs(f, object_id("2"), nothing()));
}
