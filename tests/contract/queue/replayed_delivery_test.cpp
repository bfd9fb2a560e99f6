#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <future>

using namespace hookd;
using namespace hookd::test;

namespace {

const std::string k_door = "/hooks/github";
const std::string k_main = "refs/heads/main";

/// A stored delivery that was refused.
DeliveryId refused(Fixture& f, const std::string& key) {
    queue::Delivery delivery = arrival({}, k_door, key).delivery;
    delivery.verdict = {queue::Verdict::Kind::refused, 403, "forbidden_repository", "not here"};
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
    f.accept(arrival({with_run(any_push(), {action("test")})}, k_door, "key"));
    const auto accepted = f.accept(replay(old, "key"));
    CHECK(accepted.duplicate_delivery);
    CHECK(accepted.events.at(0).runs.size() == 1);
    CHECK_FALSE(f.queue().delivery(old)->taken_as);
    CHECK(f.queue().runs({}).value().size() == 1);

    // And the other way round: what the forge sends later is a duplicate of the replay.
    const DeliveryId other = refused(f, "other");
    f.accept(replay(other, "other"));
    CHECK(f.accept(arrival({any_push()}, k_door, "other")).duplicate_delivery);
    CHECK(f.queue().runs({}).value().size() == 2);
}

TEST_CASE("T085 a movement that another door told of is one event with the replay") {
    Fixture f(GENERATE(from_range(engines())));
    const auto movement = [] { return push(object_id("1"), object_id("2")); };
    const auto told = f.accept(arrival({movement()})).events.at(0);
    const auto replayed = f.accept(replay(refused(f, "key"), "key", movement())).events.at(0);
    CHECK(replayed.duplicate);
    CHECK(replayed.id == told.id);
}

TEST_CASE("a replay moves the last seen position only from where that is") {
    Fixture f(GENERATE(from_range(engines())));
    const auto position = [&f] { return f.queue().ref_position("acme/shop", k_main).value(); };
    f.accept(replay(refused(f, "a"), "a", push(object_id("1"), object_id("2"))));
    CHECK_FALSE(position());  // where it has gone since is not known
    f.accept(arrival({push(object_id("3"), object_id("4"))}));
    f.accept(replay(refused(f, "b"), "b", push(object_id("2"), object_id("3"))));
    CHECK(position() == object_id("4"));
    f.accept(replay(refused(f, "c"), "c", push(object_id("4"), object_id("5"))));
    CHECK(position() == object_id("5"));
}
