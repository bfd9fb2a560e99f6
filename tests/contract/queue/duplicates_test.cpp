#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

queue::PlannedEvent moved(const std::string& from, const std::string& to) {
    return with_run(push(object_id(from), object_id(to)), {action("test")});
}

std::int64_t events_of(Fixture& f) {
    return f.queue().status().value().events;
}

}  // namespace

TEST_CASE("T006 a delivery that comes again adds nothing and answers for its first events") {
    Fixture f(GENERATE(from_range(engines())));
    const auto first = f.accept(arrival({moved("1", "2")}, "/hooks/github", "key"));
    SECTION("at once") {}
    SECTION("after a restart") {
        f.reopen();
    }
    // Whatever it brings now: the key is the delivery.
    const auto again = f.accept(arrival({moved("8", "9")}, "/hooks/github", "key"));
    CHECK(again.duplicate_delivery);
    CHECK(again.is_duplicate());
    REQUIRE(again.events.size() == 1);
    CHECK(again.events[0].id == first.events[0].id);
    CHECK(again.events[0].runs == first.events[0].runs);
    CHECK(events_of(f) == 1);
    CHECK(f.queue().events({}).value()[0].deliveries == 2);
}

TEST_CASE("the same key through another source is another delivery") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(arrival({moved("1", "2")}, "/hooks/one", "key"));
    CHECK_FALSE(f.accept(arrival({moved("2", "3")}, "/hooks/two", "key")).is_duplicate());
}

TEST_CASE("deliveries without a key are each their own") {
    Fixture f(GENERATE(from_range(engines())));
    CHECK_FALSE(f.accept(arrival({moved("1", "2")}, "hook", "")).is_duplicate());
    CHECK_FALSE(f.accept(arrival({moved("2", "3")}, "hook", "")).is_duplicate());
    CHECK(events_of(f) == 2);
}

TEST_CASE("a delivery with the id of another one is that one") {
    Fixture f(GENERATE(from_range(engines())));
    const auto sent = arrival({moved("1", "2")}, "hook", "");
    f.accept(sent);
    CHECK(f.accept(sent).duplicate_delivery);
    CHECK(events_of(f) == 1);
}

TEST_CASE("T085 a ref change that comes through several doors is one event") {
    Fixture f(GENERATE(from_range(engines())));
    const std::vector<std::string> doors =
        GENERATE(std::vector<std::string>{"hook", "/hooks/github", "reconcile"},
                 std::vector<std::string>{"/hooks/github", "reconcile", "hook"},
                 std::vector<std::string>{"reconcile", "hook", "/hooks/github"});
    const auto first = moved("1", "2");
    CHECK_FALSE(f.accept(arrival({first}, doors[0], "a")).is_duplicate());
    for (const std::string& door : {doors[1], doors[2]}) {
        const auto same = f.accept(arrival({moved("1", "2")}, door, "b"));
        CHECK_FALSE(same.duplicate_delivery);
        CHECK(same.is_duplicate());
        REQUIRE(same.events.size() == 1);
        CHECK(same.events[0].duplicate);
        CHECK(same.events[0].id == first.event.id);
    }
    CHECK(events_of(f) == 1);
    CHECK(f.queue().runs({}).value().size() == 1);
    CHECK(f.queue().deliveries_of(first.event.id).value().size() == 3);
    CHECK(f.queue().events({}).value()[0].deliveries == 3);
}

TEST_CASE("T006 a body sent again under a new delivery id starts nothing") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(arrival({moved("1", "2")}, "/hooks/github", "a"));
    for (const char* key : {"b", "c", "d"}) {
        CHECK(f.accept(arrival({moved("1", "2")}, "/hooks/github", key)).events[0].duplicate);
    }
    CHECK(events_of(f) == 1);
}

TEST_CASE("a ref that really moves the same way again is a new event, once for all doors") {
    Fixture f(GENERATE(from_range(engines())));
    const std::string first_door = GENERATE("hook", "/hooks/github");
    const std::string second_door = first_door == "hook" ? "/hooks/github" : "hook";
    int key = 0;
    const auto report = [&](const std::string& door, const std::string& from,
                            const std::string& to) {
        return f.accept(arrival({moved(from, to)}, door, std::to_string(++key))).events[0];
    };
    const auto there = report(first_door, "1", "2");
    report(first_door, "2", "1");
    const auto there_again = report(first_door, "1", "2");
    CHECK_FALSE(there_again.duplicate);
    CHECK(there_again.id != there.id);
    CHECK(events_of(f) == 3);

    // The other door is slower and reports the same three movements.
    CHECK(report(second_door, "1", "2").id == there.id);
    CHECK(report(second_door, "2", "1").duplicate);
    CHECK(report(second_door, "1", "2").id == there_again.id);
    CHECK(events_of(f) == 3);
    // The ref is at 2: nothing can have moved from 1.
    const auto replayed = report(second_door, "1", "2");
    CHECK(replayed.duplicate);
    CHECK(replayed.id == there_again.id);
    CHECK(events_of(f) == 3);
}

TEST_CASE("a branch that is made, deleted and made again is three events") {
    Fixture f(GENERATE(from_range(engines())));
    const auto report = [&](const std::string& from, const std::string& to) {
        return f.accept(arrival({with_run(push(from, to), {})}, "hook")).events[0].duplicate;
    };
    CHECK_FALSE(report(nothing(), object_id("1")));
    CHECK_FALSE(report(object_id("1"), nothing()));
    CHECK_FALSE(report(nothing(), object_id("1")));
    CHECK(report(nothing(), object_id("1")));
    CHECK(events_of(f) == 3);
}

TEST_CASE("other repositories, refs and ids are other changes") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(arrival({push(object_id("1"), object_id("2"), "acme/shop", "refs/heads/main")}));
    for (const auto& other :
         {push(object_id("1"), object_id("2"), "acme/site", "refs/heads/main"),
          push(object_id("1"), object_id("2"), "acme/shop", "refs/heads/next"),
          push(object_id("1"), object_id("2"), "acme/shop", "refs/tags/main"),
          push(object_id("1"), object_id("3"), "acme/shop", "refs/heads/main"),
          push(object_id("3"), object_id("2"), "acme/shop", "refs/heads/main")}) {
        CHECK_FALSE(f.accept(arrival({other})).is_duplicate());
    }
    CHECK(events_of(f) == 6);
}

TEST_CASE("events that are no ref change are only the same under the same id") {
    Fixture f(GENERATE(from_range(engines())));
    const auto comment = other_event(EventKind::comment);
    CHECK_FALSE(f.accept(arrival({comment})).is_duplicate());
    CHECK_FALSE(f.accept(arrival({other_event(EventKind::comment)})).is_duplicate());
    CHECK(f.accept(arrival({comment}, "/hooks/github", "again")).events[0].duplicate);
    CHECK(events_of(f) == 2);
    CHECK(f.queue().deliveries_of(comment.event.id).value().size() == 2);
}

TEST_CASE("an event with the same id is the same whatever else is said of it") {
    Fixture f(GENERATE(from_range(engines())));
    auto event = moved("1", "2");
    f.accept(arrival({event}));
    f.accept(arrival({moved("2", "1")}));
    // By its movement it would be new: the ref is where it starts.
    const auto again = f.accept(arrival({event}));
    CHECK(again.events[0].duplicate);
    CHECK(again.events[0].id == event.event.id);
    CHECK(events_of(f) == 2);
}

TEST_CASE("one delivery may hold new events and duplicates") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(arrival({moved("1", "2")}, "hook"));
    const auto mixed = f.accept(arrival({moved("1", "2"), moved("2", "3")}, "/hooks/github", "k"));
    REQUIRE(mixed.events.size() == 2);
    CHECK(mixed.events[0].duplicate);
    CHECK_FALSE(mixed.events[1].duplicate);
    CHECK_FALSE(mixed.is_duplicate());
    SECTION("and the same change twice is one") {
        const auto twice = f.accept(arrival({moved("3", "4"), moved("3", "4")}, "hook"));
        CHECK_FALSE(twice.events[0].duplicate);
        CHECK(twice.events[1].duplicate);
    }
}
