#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

queue::Delivery refused(const std::string& source, const std::string& key,
                        queue::Verdict::Kind kind = queue::Verdict::Kind::refused) {
    queue::Delivery delivery = arrival({}, source, key).delivery;
    delivery.headers = {{"X-GitHub-Event", "push"}};
    delivery.body = std::string("\x00\xff{}", 4);
    delivery.verdict = {kind, 403, "forbidden_repository", "speaks for \"acme/other\""};
    return delivery;
}

Status record(Fixture& f, queue::Delivery delivery) {
    return f.queue().record_and_wait(std::move(delivery));
}

std::vector<std::string> keys_of(Fixture& f, const queue::DeliveryFilter& filter) {
    std::vector<std::string> keys;
    const auto listed = f.queue().deliveries(filter).value();
    for (const queue::DeliveryRecord& each : listed) {
        keys.push_back(each.key);
    }
    return keys;
}

}  // namespace

TEST_CASE("a refused delivery is kept byte for byte, with why") {
    Fixture f(GENERATE(from_range(engines())));
    const auto sent = refused("/hooks/github", "key");
    REQUIRE(record(f, sent));
    f.reopen();
    const auto kept = f.queue().delivery(sent.id);
    REQUIRE(kept);
    CHECK(kept->delivery == sent);
    CHECK(kept->events.empty());
    CHECK(kept->arrivals == 1);
    CHECK(f.queue().status().value().events == 0);
}

TEST_CASE("T006 what was refused does not stand in the way of what comes under the same key") {
    Fixture f(GENERATE(from_range(engines())));
    using Kind = queue::Verdict::Kind;
    const auto kind = GENERATE(Kind::refused, Kind::suspicious, Kind::unproven);
    REQUIRE(record(f, refused("/hooks/github", "key", kind)));
    REQUIRE(record(f, refused("/hooks/github", "key", kind)));
    const auto accepted =
        f.accept(arrival({with_run(any_push(), {action("test")})}, "/hooks/github", "key"));
    CHECK_FALSE(accepted.is_duplicate());
    CHECK(accepted.events[0].runs.size() == 1);
    CHECK(f.queue().deliveries({}).value().size() == 3);
}

TEST_CASE("a delivery is found by its id, with the events that it brought") {
    Fixture f(GENERATE(from_range(engines())));
    const auto sent = arrival({any_push(), other_event(EventKind::comment)}, "/hooks/a", "key");
    f.accept(sent);
    f.accept(sent);
    const auto found = f.queue().delivery(sent.delivery.id).value();
    CHECK(found.delivery == sent.delivery);
    CHECK(found.arrivals == 2);
    CHECK(found.events == std::vector{sent.events[0].event.id, sent.events[1].event.id});
    const auto none = f.queue().delivery(DeliveryId("01J00000000000000000000000"));
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::not_found);
}

TEST_CASE("deliveries are listed newest first, without bodies, by source, time and verdict") {
    Fixture f(GENERATE(from_range(engines())));
    auto taken = arrival({any_push()}, "/hooks/a", "1");
    const WallTime noon = taken.delivery.received_at + Milliseconds(1000);
    f.accept(taken);
    auto later = refused("/hooks/a", "2");
    later.received_at = noon;
    REQUIRE(record(f, later));
    REQUIRE(record(f, refused("/hooks/b", "3")));
    f.accept(arrival({}, "/hooks/b", "4"));

    using Keys = std::vector<std::string>;
    CHECK(keys_of(f, {}) == Keys{"4", "3", "2", "1"});
    CHECK(keys_of(f, {.source = "/hooks/a"}) == Keys{"2", "1"});
    CHECK(keys_of(f, {.source = "/hooks/none"}).empty());
    CHECK(keys_of(f, {.only_refused = true}) == Keys{"3", "2"});
    CHECK(keys_of(f, {.source = "/hooks/a", .only_refused = true}) == Keys{"2"});
    CHECK(keys_of(f, {.since = noon}) == Keys{"2"});
    CHECK(keys_of(f, {.only_refused = true, .since = noon}) == Keys{"2"});
    CHECK(keys_of(f, {.limit = 1}) == Keys{"4"});
    const auto first = f.queue().deliveries({.limit = 2}).value().back().id;
    CHECK(keys_of(f, {.before = first}) == Keys{"2", "1"});
    CHECK(keys_of(f, {.only_refused = true, .before = first}) == Keys{"2"});

    const auto listed = f.queue().deliveries({}).value();
    CHECK(listed[3].events == std::vector{taken.events[0].event.id});
    CHECK(listed[3].verdict == queue::Verdict{});
    CHECK(listed[2].verdict == later.verdict);
    CHECK(listed[2].body_bytes == 4);
    CHECK(listed[2].source == "/hooks/a");
    CHECK(listed[2].event == "push");
    CHECK(listed[2].received_at == noon);
}

TEST_CASE("of what nobody signed a sample is kept, without bodies and never more than so many") {
    Fixture f(GENERATE(from_range(engines())));
    using queue::Queue;
    const auto send = [&f](std::int64_t number) {
        REQUIRE(
            record(f, refused("/hooks/a", std::to_string(number), queue::Verdict::Kind::unproven)));
    };
    REQUIRE(record(f, refused("/hooks/a", "signed")));
    std::int64_t sent = 0;
    while (sent < Queue::k_most_unproven_a_minute + 5) {
        send(++sent);
    }
    // A flood is a sample of its first ones.
    auto keys = keys_of(f, {.only_refused = true});
    CHECK(keys.size() == static_cast<std::size_t>(Queue::k_most_unproven_a_minute) + 1);
    CHECK(keys.front() == std::to_string(Queue::k_most_unproven_a_minute));
    CHECK(f.queue().deliveries({.limit = 1}).value()[0].body_bytes == 0);

    while (sent < Queue::k_most_unproven * 2) {
        if (sent % Queue::k_most_unproven_a_minute == 0) {
            f.clock().advance(std::chrono::minutes(1));
        }
        send(++sent);
    }
    // 200 rows are what a list gives at most: the signed one is on the next page.
    const auto page = f.queue().deliveries({.only_refused = true, .limit = 200}).value();
    REQUIRE(page.size() == static_cast<std::size_t>(Queue::k_most_unproven));
    CHECK(page.front().key == std::to_string(sent));
    const auto rest = f.queue().deliveries({.before = page.back().id, .limit = 200}).value();
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].key == "signed");
}

TEST_CASE("a delivery is either taken or recorded as refused") {
    Fixture f(GENERATE(from_range(engines())));
    auto wrong = arrival({any_push()});
    CHECK(record(f, wrong.delivery).error().code == ErrorCode::invalid);
    wrong.delivery.verdict = {queue::Verdict::Kind::refused, 403, "forbidden_repository", ""};
    CHECK(f.queue().accept_and_wait(wrong).error().code == ErrorCode::invalid);
    CHECK(f.queue().deliveries({}).value().empty());
}
