#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <future>

using namespace hookd;
using namespace hookd::test;

namespace {

const std::string k_door = "/hooks/github";

queue::PlannedEvent moved(const std::string& from, const std::string& to) {
    return with_run(push(object_id(from), object_id(to)), {action("test")});
}

queue::PlannedEvent requested() {
    return with_run(other_event(EventKind::merge_request), {action("test")});
}

queue::Arrival sent(queue::PlannedEvent planned, const std::string& key, const std::string& body,
                    const std::string& door = k_door) {
    auto made = arrival({std::move(planned)}, door, key);
    made.delivery.body = body;
    return made;
}

std::size_t runs_of(Fixture& f) {
    return f.queue().runs({}).value().size();
}

queue::Verdict verdict_of(Fixture& f, const DeliveryId& id) {
    return f.queue().delivery(id).value().delivery.verdict;
}

}  // namespace

TEST_CASE("T006 a signed body under another delivery id starts nothing and is suspicious") {
    Fixture f(GENERATE(from_range(engines())));
    const bool is_push = GENERATE(true, false);
    // Small, and larger than what is compressed.
    const std::string body(GENERATE(std::size_t{9}, std::size_t{2} << 20), 'x');
    const auto planned = [&] { return is_push ? moved("1", "2") : requested(); };
    const auto first = f.accept(sent(planned(), "a", body));
    CHECK_FALSE(first.suspicious);
    SECTION("at once") {}
    SECTION("after a restart") {
        f.reopen();
    }
    auto replayed = sent(planned(), "b", body);
    const auto answer = f.accept(replayed);
    CHECK(answer.suspicious);
    CHECK(answer.is_duplicate());
    CHECK_FALSE(answer.duplicate_delivery);
    REQUIRE(answer.events.size() == 1);
    CHECK(answer.events[0].id == first.events[0].id);
    CHECK(runs_of(f) == 1);
    const auto verdict = verdict_of(f, replayed.delivery.id);
    CHECK(verdict.kind == queue::Verdict::Kind::suspicious);
    CHECK(verdict.status == 200);
    CHECK(verdict.reason == "repeated_body");
    CHECK(f.queue().deliveries({.only_refused = true}).value().size() == 1);
    CHECK(f.queue().delivery(replayed.delivery.id).value().events ==
          std::vector{first.events[0].id});
    // Its own id is known from now on.
    CHECK(f.accept(sent(planned(), "b", body)).duplicate_delivery);
    CHECK(f.accept(sent(planned(), "c", body)).suspicious);
    CHECK(runs_of(f) == 1);
}

TEST_CASE("T006 a hundred replays at once, each under its own id, start nothing") {
    Fixture f(GENERATE(from_range(engines())));
    const bool is_push = GENERATE(true, false);
    std::vector<std::future<queue::Accepted>> answers;
    for (int i = 0; i < 100; ++i) {
        answers.push_back(std::async(std::launch::async, [&f, i, is_push] {
            return f.queue()
                .accept_and_wait(sent(is_push ? moved("1", "2") : requested(),
                                      "key-" + std::to_string(i), "the body"))
                .value();
        }));
    }
    std::size_t suspicious = 0;
    for (auto& answer : answers) {
        suspicious += answer.get().suspicious ? 1 : 0;
    }
    CHECK(suspicious == 99);
    CHECK(runs_of(f) == 1);
}

TEST_CASE("T006 the same delivery a hundred times at once is one") {
    Fixture f(GENERATE(from_range(engines())));
    const bool is_push = GENERATE(true, false);
    std::vector<std::future<queue::Accepted>> answers;
    for (int i = 0; i < 100; ++i) {
        answers.push_back(std::async(std::launch::async, [&f, is_push] {
            return f.queue()
                .accept_and_wait(sent(is_push ? moved("1", "2") : requested(), "key", "the body"))
                .value();
        }));
    }
    std::size_t duplicates = 0;
    for (auto& answer : answers) {
        const auto accepted = answer.get();
        CHECK_FALSE(accepted.suspicious);
        duplicates += accepted.duplicate_delivery ? 1 : 0;
    }
    CHECK(duplicates == 99);
    CHECK(runs_of(f) == 1);
    CHECK(f.queue().deliveries({}).value().at(0).arrivals == 100);
}

TEST_CASE("T006 a body under the name of another event is suspicious all the same") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(sent(requested(), "a", "the body"));
    auto renamed =
        sent(with_run(other_event(EventKind::comment), {action("test")}), "b", "the body");
    renamed.delivery.event = "issue_comment";
    CHECK(f.accept(renamed).suspicious);
    CHECK(runs_of(f) == 1);
}

TEST_CASE("bodies that are only alike, or come otherwise, are no replays") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(sent(requested(), "a", "the body"));
    auto next = sent(requested(), "b", "the body");
    SECTION("another body") {
        next.delivery.body = "the bode";
    }
    SECTION("through another door") {
        next.delivery.source = "/hooks/other";
    }
    SECTION("its sender has proven the id") {
        next.delivery.key_is_proven = true;
    }
    SECTION("its sender sends no ids") {
        next.delivery.key.clear();
    }
    const auto answer = f.accept(next);
    CHECK_FALSE(answer.suspicious);
    CHECK_FALSE(answer.is_duplicate());
    CHECK(runs_of(f) == 2);
}

TEST_CASE("two pings with the same body are two pings") {
    Fixture f(GENERATE(from_range(engines())));
    for (const char* key : {"a", "b"}) {
        CHECK_FALSE(f.accept(sent(other_event(EventKind::ping), key, "zen")).suspicious);
        auto bare = arrival({}, k_door, std::string(key) + "-bare");
        CHECK_FALSE(f.accept(bare).suspicious);
    }
}

TEST_CASE("T006 an old push that the refs known here would allow waits for them to be compared") {
    Fixture f(GENERATE(from_range(engines())));
    f.accept(sent(moved("1", "2"), "a", "there"));
    f.accept(sent(moved("2", "1"), "b", "back"));
    auto again = sent(moved("1", "2"), "c", "there");
    SECTION("nothing can compare: it is believed, and said to be suspicious") {
        const auto answer = f.accept(again);
        CHECK(answer.suspicious);
        CHECK_FALSE(answer.is_duplicate());
        CHECK(answer.to_compare.empty());
        CHECK(runs_of(f) == 3);
    }
    SECTION("its repository is here") {
        again.events[0].is_comparable = true;
        const auto answer = f.accept(again);
        CHECK(answer.suspicious);
        CHECK(answer.is_duplicate());
        CHECK(answer.to_compare == std::vector<std::string>{"acme/shop"});
        CHECK(runs_of(f) == 2);
        CHECK(f.queue().ref_position("acme/shop", "refs/heads/main").value() == object_id("1"));
        // The ref really moved: the comparison finds it, and what comes then is that movement.
        auto found = moved("1", "2");
        found.event.source.type = "reconcile";
        CHECK_FALSE(f.accept(arrival({found}, "reconcile")).is_duplicate());
        CHECK(runs_of(f) == 3);
        CHECK(f.accept(sent(moved("1", "2"), "d", "there")).is_duplicate());
        CHECK(runs_of(f) == 3);
    }
    SECTION("its repository is here, and the body is new: the ref has moved") {
        again.events[0].is_comparable = true;
        again.delivery.body = "there again";
        const auto answer = f.accept(again);
        CHECK_FALSE(answer.suspicious);
        CHECK_FALSE(answer.is_duplicate());
        CHECK(runs_of(f) == 3);
    }
}
