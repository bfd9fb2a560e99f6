#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;
using queue::RefSeen;

namespace {

const std::string k_main = "refs/heads/main";

queue::PlannedEvent moved(const std::string& from, const std::string& to) {
    return with_run(push(object_id(from), object_id(to)), {action("test")});
}

queue::PlannedEvent found(const std::string& from, const std::string& to) {
    auto event = moved(from, to);
    event.event.source.type = "reconcile";
    return event;
}

queue::AcceptedEvent take(Fixture& f, queue::PlannedEvent event, const std::string& source) {
    return f.accept(arrival({std::move(event)}, source)).events.at(0);
}

}  // namespace

TEST_CASE("refs that are noted have a position without an event, and known ones keep theirs") {
    Fixture f(GENERATE(from_range(engines())));
    take(f, moved("1", "2"), "hook");
    const std::vector<RefSeen> refs{{k_main, object_id("9")}, {"refs/tags/v\xff", object_id("3")}};
    CHECK_FALSE(f.queue().mark("refs:acme/shop").value());
    REQUIRE(f.queue().note_refs("acme/shop", refs, "refs:acme/shop", f.clock().wall()));
    f.reopen();
    const auto seen = f.queue().ref_positions("acme/shop").value();
    REQUIRE(seen.size() == 2);
    CHECK(seen[0] == RefSeen{k_main, object_id("2"), "hook"});
    CHECK(seen[1] == RefSeen{"refs/tags/v\xff", object_id("3"), ""});
    CHECK(f.queue().mark("refs:acme/shop").value() == f.clock().wall());
    CHECK(f.queue().ref_position("acme/shop", "refs/tags/v\xff").value() == object_id("3"));
    CHECK(f.queue().ref_positions("acme/other").value().empty());
    CHECK(f.queue().status().value().events == 1);
}

TEST_CASE("more refs than a list holds are all read") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<RefSeen> refs;
    for (int i = 0; i < 1000; ++i) {
        refs.push_back({"refs/heads/" + std::to_string(i), object_id("1")});
    }
    REQUIRE(f.queue().note_refs("acme/shop", refs, "m", f.clock().wall()));
    CHECK(f.queue().ref_positions("acme/shop").value().size() == 1000);
}

TEST_CASE("a mark is the last time it was set to") {
    Fixture f(GENERATE(from_range(engines())));
    REQUIRE(f.queue().set_mark("a", f.clock().wall()));
    f.clock().advance(Milliseconds{5});
    REQUIRE(f.queue().set_mark("a", f.clock().wall()));
    CHECK(f.queue().mark("a").value() == f.clock().wall());
    CHECK_FALSE(f.queue().mark("b").value());
}

TEST_CASE("T085 what a comparison finds and the hook then reports is one event") {
    Fixture f(GENERATE(from_range(engines())));
    take(f, moved("0a", "1"), "hook");
    const auto first = take(f, found("1", "2"), "reconcile");
    CHECK_FALSE(first.duplicate);
    const auto report = take(f, moved("1", "2"), "hook");
    CHECK(report.duplicate);
    CHECK(report.id == first.id);
    CHECK(f.queue().deliveries_of(first.id).value().size() == 2);
}

TEST_CASE("T085 what the hook reports while it is compared is one event") {
    Fixture f(GENERATE(from_range(engines())));
    take(f, moved("0a", "1"), "hook");
    const auto report = take(f, moved("1", "2"), "hook");
    const auto late = take(f, found("1", "2"), "reconcile");
    CHECK(late.duplicate);
    CHECK(late.id == report.id);
    // Two movements were reported meanwhile, and the comparison saw them as one.
    const auto on = take(f, moved("2", "3"), "hook");
    const auto both = take(f, found("1", "3"), "reconcile");
    CHECK(both.duplicate);
    CHECK(both.id == on.id);
    CHECK(f.queue().status().value().events == 3);
}

TEST_CASE("T031 a movement that happened before and is missed this time is found") {
    Fixture f(GENERATE(from_range(engines())));
    take(f, moved("1", "2"), "hook");
    take(f, moved("2", "1"), "hook");
    const auto again = take(f, found("1", "2"), "reconcile");
    CHECK_FALSE(again.duplicate);
    CHECK(f.queue().status().value().events == 3);
    CHECK(f.queue().ref_position("acme/shop", k_main).value() == object_id("2"));
}

TEST_CASE("T031 a movement from a position that was only noted is found") {
    Fixture f(GENERATE(from_range(engines())));
    const std::vector<RefSeen> refs{{k_main, object_id("1")}};
    REQUIRE(f.queue().note_refs("acme/shop", refs, "m", f.clock().wall()));
    CHECK_FALSE(take(f, found("1", "2"), "reconcile").duplicate);
    CHECK(f.queue().ref_positions("acme/shop").value().at(0).source_type == "reconcile");
}

TEST_CASE("T085 a report that comes after the one that follows it does not set the ref back") {
    Fixture f(GENERATE(from_range(engines())));
    take(f, moved("0a", "1"), "/hooks/github");
    take(f, moved("2", "3"), "/hooks/github");
    CHECK_FALSE(take(f, moved("1", "2"), "/hooks/github").duplicate);
    CHECK(f.queue().ref_position("acme/shop", k_main).value() == object_id("3"));
}
