#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

template <class T>
std::vector<decltype(T::id)> ids_of(const Result<std::vector<T>>& records) {
    REQUIRE(records);
    std::vector<decltype(T::id)> ids;
    for (const T& record : *records) {
        ids.push_back(record.id);
    }
    return ids;
}

}  // namespace

TEST_CASE("events are listed newest first, with how they came and what they started") {
    Fixture f(GENERATE(from_range(engines())));
    const auto first = with_run(push(nothing(), object_id("1")), {action("a")});
    const auto second = other_event(EventKind::release, "acme/site");
    f.accept(arrival({first}));
    f.accept(arrival({second}));
    const auto events = f.queue().events({}).value();
    REQUIRE(events.size() == 2);
    CHECK(events[0].id == second.event.id);
    CHECK(events[0].kind == EventKind::release);
    CHECK(events[0].repository == "acme/site");
    CHECK(events[0].source_type == "github");
    CHECK(events[0].runs == 0);
    CHECK(events[1].id == first.event.id);
    CHECK(events[1].kind == EventKind::push);
    CHECK(events[1].change == "created");
    CHECK(events[1].ref == "refs/heads/main");
    CHECK(events[1].before == nothing());
    CHECK(events[1].after == object_id("1"));
    CHECK(events[1].received_at == first.event.source.received_at);
    CHECK(events[1].runs == 1);
    CHECK(events[1].deliveries == 1);
}

TEST_CASE("events are found by repository, kind and time, alone and together") {
    Fixture f(GENERATE(from_range(engines())));
    auto old_push = any_push("acme/shop");
    auto new_push = any_push("acme/shop");
    auto new_tag = push(nothing(), object_id("1"), "acme/shop", "refs/tags/v1");
    auto elsewhere = any_push("acme/site");
    const WallTime noon = old_push.event.source.received_at + Milliseconds(1000);
    for (auto* planned : {&new_push, &new_tag, &elsewhere}) {
        planned->event.source.received_at = noon;
    }
    f.accept(arrival({old_push, new_push, new_tag, elsewhere}));
    const auto find = [&f](const queue::EventFilter& filter) {
        return ids_of(f.queue().events(filter));
    };
    using Ids = std::vector<EventId>;
    CHECK(find({.repository = "acme/site"}) == Ids{elsewhere.event.id});
    CHECK(find({.kind = EventKind::tag}) == Ids{new_tag.event.id});
    CHECK(find({.since = noon}) == Ids{elsewhere.event.id, new_tag.event.id, new_push.event.id});
    CHECK(find({.repository = "acme/shop", .kind = EventKind::push, .since = noon}) ==
          Ids{new_push.event.id});
    CHECK(find({.repository = "acme/shop", .kind = EventKind::push}) ==
          Ids{new_push.event.id, old_push.event.id});
    CHECK(find({.repository = "nobody/nothing"}).empty());
    CHECK(find({.since = noon + Milliseconds(1)}).empty());
}

TEST_CASE("T074 a list is read in pages, each at most 200 long") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<queue::PlannedEvent> events;
    for (int i = 0; i < 250; ++i) {
        events.push_back(with_run(any_push(), {}));
    }
    f.accept(arrival(events));
    const std::string repository = GENERATE("", "acme/shop");
    SECTION("events") {
        queue::EventFilter filter{.repository = repository, .limit = 1'000'000};
        const auto first = ids_of(f.queue().events(filter));
        REQUIRE(first.size() == 200);
        CHECK(first.front() == events.back().event.id);
        filter.before = first.back();
        const auto rest = ids_of(f.queue().events(filter));
        REQUIRE(rest.size() == 50);
        CHECK(rest.front() == events[49].event.id);
        CHECK(rest.back() == events[0].event.id);
    }
    SECTION("runs") {
        queue::RunFilter filter{.repository = repository, .limit = 1'000'000};
        const auto first = ids_of(f.queue().runs(filter));
        REQUIRE(first.size() == 200);
        filter.before = first.back();
        const auto rest = ids_of(f.queue().runs(filter));
        REQUIRE(rest.size() == 50);
        CHECK(rest.front() < first.back());
    }
}

TEST_CASE("runs are found by repository and state") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId done = f.start({action("a")}, "acme/shop");
    f.finish(f.claim_one());
    const RunId running = f.start({action("a")}, "acme/shop");
    static_cast<void>(f.claim_one());
    const RunId queued = f.start({action("a")}, "acme/site");
    const auto find = [&f](const queue::RunFilter& filter) {
        return ids_of(f.queue().runs(filter));
    };
    using Ids = std::vector<RunId>;
    CHECK(find({}) == Ids{queued, running, done});
    CHECK(find({.repository = "acme/shop"}) == Ids{running, done});
    CHECK(find({.state = RunState::running}) == Ids{running});
    CHECK(find({.state = RunState::success}) == Ids{done});
    CHECK(find({.repository = "acme/shop", .state = RunState::queued}).empty());
    CHECK(find({.repository = "acme/site", .state = RunState::queued}) == Ids{queued});
    CHECK(find({.before = running}) == Ids{done});
    CHECK(find({.limit = 1}) == Ids{queued});
    const auto record = f.queue().runs({.limit = 1}).value()[0];
    CHECK(record.rule == "build");
    CHECK(record.ref == "refs/heads/main");
    CHECK(record.commit == object_id("a"));
    CHECK(record.created_at == f.clock().wall());
}

TEST_CASE("what is not there is not found") {
    Fixture f(GENERATE(from_range(engines())));
    const EventId no_event("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    CHECK(f.queue().event(no_event).error().code == ErrorCode::not_found);
    CHECK(f.queue().deliveries_of(no_event).error().code == ErrorCode::not_found);
    CHECK(f.queue().events({.before = no_event}).error().code == ErrorCode::not_found);
    CHECK(f.queue().run(RunId(7)).error().code == ErrorCode::not_found);
    CHECK(f.queue().deployments("acme/shop").value().empty());
}

TEST_CASE("T074 text that looks like SQL is text") {
    Fixture f(GENERATE(from_range(engines())));
    const std::string nasty = "'; DROP TABLE event; --%_\"";
    f.accept(arrival({push(nothing(), object_id("1"), "acme/shop", "refs/heads/" + nasty)}, nasty,
                     nasty));
    CHECK(f.queue().events({.repository = nasty}).value().empty());
    CHECK(f.queue().events({.repository = "%"}).value().empty());
    CHECK(f.queue().ref_position("acme/shop", "refs/heads/" + nasty).value() == object_id("1"));
    CHECK(f.accept(arrival({}, nasty, nasty)).duplicate_delivery);
}

TEST_CASE("deployments are listed newest first") {
    Fixture f(GENERATE(from_range(engines())));
    const RunId run = f.start({action("deploy")});
    const auto claim = f.claim_one();
    queue::Deployment deployment{"acme/shop", "production", "/srv/shop",      "r1",  object_id("1"),
                                 run,         claim.fence,  f.clock().wall(), "live"};
    REQUIRE(f.queue().record_deployment(deployment));
    deployment.release = "r2";
    deployment.state = "rolled_back";
    REQUIRE(f.queue().record_deployment(deployment));
    const auto listed = f.queue().deployments("acme/shop").value();
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].release == "r2");
    CHECK(listed[0].state == "rolled_back");
    CHECK(listed[1].release == "r1");
    CHECK(listed[1].environment == "production");
    CHECK(listed[1].target == "/srv/shop");
    CHECK(listed[1].commit == object_id("1"));
    CHECK(listed[1].run == run);
    CHECK(listed[1].fence == claim.fence);
    CHECK(listed[1].at == f.clock().wall());
    CHECK(f.queue().deployments("").value().size() == 2);
    CHECK(f.queue().deployments("acme/other").value().empty());
}

TEST_CASE("the status counts what is where") {
    Fixture f(GENERATE(from_range(engines())));
    CHECK_FALSE(f.queue().status().value().oldest_ready);
    const WallTime first = f.clock().wall();
    f.start({action("a"), action("b", {{0, NeedCondition::success}})});
    f.start({grouped("g1", "g")});
    f.clock().advance(Milliseconds(1000));
    f.start({grouped("g2", "g")});
    f.start({action("late")});
    auto status = f.queue().status().value();
    CHECK(status.events == 4);
    CHECK(status.blocked == 1);
    CHECK(status.waiting == 1);
    CHECK(status.ready == 3);
    CHECK(status.running == 0);
    CHECK(status.oldest_ready == first);
    static_cast<void>(f.claim(2));
    status = f.queue().status().value();
    CHECK(status.ready == 1);
    CHECK(status.running == 2);
    CHECK(status.oldest_ready == f.clock().wall());
}
