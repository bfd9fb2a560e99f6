#include "core/base/file.hpp"
#include "core/queue/sqlite.hpp"
#include "core/queue/sqlite/schema.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/faulty_disk.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;
using std::filesystem::path;

namespace {

// What stands in tests/data/queue/schema-1.sql.
const EventId k_first_event("01KDVDNA7TZM8RB2GZ4J1CHVET");
const DeliveryId k_first_delivery("01KDVDNA7T210DSJK7Q7GKHD9J");

Result<std::unique_ptr<Queue>> open(const path& file, OpenMode mode = OpenMode::existing) {
    static const RealClock k_clock;
    return open_sqlite({.file = file, .mode = mode}, k_clock);
}

/// Makes the database that was frozen when schema `version` was the newest.
void thaw(const path& file, int version) {
    const path dump =
        path(HOOKD_TEST_DATA) / "queue" / ("schema-" + std::to_string(version) + ".sql");
    RawDatabase raw(file);
    raw.run(read_file(dump).value());
    REQUIRE(raw.number("PRAGMA user_version") == version);
}

std::string shape_of(const path& file) {
    RawDatabase raw(file);
    return raw.text(
        "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_master "
        "WHERE sql IS NOT NULL ORDER BY type, name)");
}

void check_whole(const path& file) {
    RawDatabase raw(file);
    CHECK(raw.text("PRAGMA integrity_check") == "ok");
    CHECK(raw.text("PRAGMA foreign_key_check").empty());
    CHECK(raw.number("PRAGMA user_version") == sqlite::migrations().back().version);
}

}  // namespace

TEST_CASE("T094 a frozen database of every older schema becomes one of today's") {
    const int version = GENERATE(range(1, sqlite::migrations().back().version));
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    thaw(file, version);
    REQUIRE(open(file));
    check_whole(file);
    REQUIRE(open(folder / "new.db", OpenMode::create_if_missing));
    CHECK(shape_of(file) == shape_of(folder / "new.db"));
}

TEST_CASE("T094 what an older hookd stored is all there, and goes on") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    thaw(file, 1);
    auto queue = open(file).value();

    CHECK(queue->events({}).value().size() == 3);
    CHECK(queue->event(k_first_event).value().runs.size() == 1);
    CHECK(queue->deliveries_of(k_first_event).value().size() == 2);
    const auto deliveries = queue->deliveries({}).value();
    REQUIRE(deliveries.size() == 5);
    for (const DeliveryRecord& delivery : deliveries) {
        CHECK(delivery.verdict == Verdict{});
    }
    const auto delivery = queue->delivery(k_first_delivery).value().delivery;
    CHECK(delivery.body == std::string("{\"a\":\"\xff\x00\"}", 10));
    CHECK(delivery.headers.size() == 2);
    const auto first = queue->run(RunId(1)).value();
    CHECK(first.actions[0].outputs.front().second == "1.2.3");
    CHECK(first.actions[1].state == ActionState::ready);

    // The one that ran is settled, a duplicate is known, and new work is taken.
    const auto node = queue->register_node("host").value();
    CHECK(queue->recover(node).value().retried == 1);
    CHECK(queue->accept_and_wait(arrival({}, "/hooks/github", "key-1"))->duplicate_delivery);
    const auto accepted =
        queue->accept_and_wait(arrival({with_run(any_push(), {action("test")})})).value();
    CHECK(accepted.events[0].runs[0].id == RunId(4));
    CHECK(queue->claim({node, 9, Milliseconds(1000)}).value().claims.size() == 4);
}

TEST_CASE("T094 what a hookd of schema 2 stored is all there, and can be run again") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    thaw(file, 2);
    auto queue = open(file).value();
    const EventId pushed("01M8HJM8M59YX79ZVRYAV3QD32");
    CHECK(queue->event(pushed).value().runs == std::vector{RunId(1)});
    CHECK_FALSE(queue->run(RunId(1)).value().run.rerun);
    const auto node = queue->register_node("host").value();
    CHECK(queue->recover(node).value().retried == 1);
    CHECK(queue->accept_and_wait(arrival({}, "/hooks/github/acme/shop", "key-2"))
              ->duplicate_delivery);
    const auto replayed =
        queue->replay({pushed, {}, "owner", "key"}, {planned_run("checks", {action("test")})});
    CHECK(replayed.value().runs.at(0).id == RunId(3));
    CHECK(queue->run(RunId(3)).value().run.rerun->number == 1);
    CHECK(queue->claim({node, 9, Milliseconds(1000)}).value().claims.size() == 3);
}

TEST_CASE("T094 what a hookd of schema 3 refused is all there, and can be taken") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    thaw(file, 3);
    auto queue = open(file).value();
    const DeliveryId refused("01M8KR3GN80N3EE23VKC6JZ5D7");
    const auto stored = queue->delivery(refused).value();
    CHECK(stored.delivery.verdict.reason == "forbidden_repository");
    CHECK_FALSE(stored.taken_as);
    CHECK(queue->run(RunId(2)).value().run.rerun->asked_by == "owner");
    auto again = arrival({with_run(any_push(), {action("test")})}, "/hooks/github/acme/shop");
    again.delivery.replay_of = {refused, "owner"};
    CHECK_FALSE(queue->accept_and_wait(again)->is_duplicate());
    CHECK(queue->delivery(refused)->taken_as == again.delivery.id);
}

TEST_CASE("T094 whichever write of a migration fails, the next start makes it whole") {
    FaultyDisk disk;
    int nth = 1;
    for (bool failed = true; failed; ++nth) {
        REQUIRE(nth < 200);
        const TemporaryFolder folder;
        const path file = folder / "queue.db";
        thaw(file, 1);
        disk.fail_from(nth);
        const bool opened = open(file).has_value();
        failed = disk.has_failed();
        disk.heal();
        CHECK((opened || failed));
        auto queue = open(file);
        REQUIRE(queue);
        CHECK((*queue)->deliveries({}).value().size() == 5);
        queue->reset();
        check_whole(file);
    }
    CHECK(nth > 3);
}
