#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace hookd;
using namespace hookd::test;

// Doors that say less than others about the same movement.
namespace {

enum class Door { hook, forge, comparison };

struct Told {
    Door door;
    std::string before, after;
};

std::size_t events_of(Fixture& f) {
    return f.queue().events({}).value().size();
}

/// The `number`th order of three.
std::vector<Told> in_order(std::vector<Told> doors, int number) {
    const auto less = [](const Told& a, const Told& b) { return a.door < b.door; };
    for (int i = 0; i < number; ++i) {
        std::next_permutation(doors.begin(), doors.end(), less);
    }
    return doors;
}

/// Whether it starts something.
bool tell(Fixture& f, const std::string& ref, const Told& told) {
    static int key = 0;
    auto planned = with_run(push(told.before, told.after, "acme/shop", ref), {action("test")});
    std::string source = "hook";
    if (told.door == Door::comparison) {
        planned.event.source.type = source = "reconcile";
    } else if (told.door == Door::forge) {
        planned.event.source.type = "gitea";
        source = "/hooks/gitea";
    }
    auto made = arrival({planned}, source, told.door == Door::forge ? std::to_string(++key) : "");
    made.delivery.body = source + std::to_string(key);
    return !f.accept(made).is_duplicate();
}

}  // namespace

TEST_CASE("T085 a deletion told with and without where the ref was is one event, in every order") {
    Fixture f(GENERATE(from_range(engines())));
    const std::string ref = GENERATE("refs/heads/main", "refs/tags/v1");
    const auto doors = in_order({{Door::hook, object_id("1"), nothing()},
                                 {Door::forge, "", nothing()},
                                 {Door::comparison, object_id("1"), nothing()}},
                                GENERATE(range(0, 6)));
    CHECK(tell(f, ref, {Door::hook, nothing(), object_id("1")}));
    CHECK(tell(f, ref, doors[0]));
    CHECK_FALSE(tell(f, ref, doors[1]));
    CHECK_FALSE(tell(f, ref, doors[2]));
    CHECK(events_of(f) == 2);
    CHECK_FALSE(f.queue().ref_position("acme/shop", ref).value());
}

TEST_CASE("T085 a moved tag that a forge tells as a new one is one event, in every order") {
    Fixture f(GENERATE(from_range(engines())));
    const auto doors = in_order({{Door::hook, object_id("1"), object_id("2")},
                                 {Door::forge, nothing(), object_id("2")},
                                 {Door::comparison, object_id("1"), object_id("2")}},
                                GENERATE(range(0, 6)));
    CHECK(tell(f, "refs/tags/v1", {Door::hook, nothing(), object_id("1")}));
    CHECK(tell(f, "refs/tags/v1", doors[0]));
    CHECK_FALSE(tell(f, "refs/tags/v1", doors[1]));
    CHECK_FALSE(tell(f, "refs/tags/v1", doors[2]));
    CHECK(events_of(f) == 2);
    CHECK(f.queue().ref_position("acme/shop", "refs/tags/v1").value() == object_id("2"));
    // It really moves on.
    CHECK(tell(f, "refs/tags/v1", {Door::hook, object_id("2"), object_id("3")}));
}

TEST_CASE("T085 a branch that a notice has told to be gone can come again as it was") {
    Fixture f(GENERATE(from_range(engines())));
    const Told made{Door::forge, nothing(), object_id("1")};
    const Told gone{Door::forge, "", nothing()};
    CHECK(tell(f, "refs/heads/main", made));
    CHECK(tell(f, "refs/heads/main", gone));
    CHECK_FALSE(tell(f, "refs/heads/main", gone));
    CHECK(tell(f, "refs/heads/main", made));
    CHECK(events_of(f) == 3);
}

TEST_CASE("T085 a branch that is made where another movement has left it is not the same") {
    Fixture f(GENERATE(from_range(engines())));
    CHECK(tell(f, "refs/heads/main", {Door::hook, object_id("1"), object_id("2")}));
    CHECK(tell(f, "refs/heads/main", {Door::hook, object_id("3"), object_id("2")}));
    CHECK(events_of(f) == 2);
}
