#include "core/queue/sqlite.hpp"
#include "core/queue/sqlite/attempts.hpp"
#include "core/queue/sqlite/leases.hpp"
#include "core/queue/sqlite/read.hpp"
#include "core/queue/sqlite/reader_pool.hpp"
#include "core/queue/sqlite/store.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

#include <sqlite3.h>

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;

namespace {

const RealClock k_clock;

/// Ready actions, one in a run, over 50 repositories, and as many again held by one group whose
/// first one runs.
void fill(const std::filesystem::path& file, int ready) {
    RawDatabase raw(file);
    raw.run(
        "BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n WHERE i < " +
        std::to_string(2 * ready) +
        ") SELECT i FROM n;"
        "INSERT INTO node VALUES (1, 'host', 0);"
        "INSERT INTO repository SELECT i, 'acme/r' || i FROM n WHERE i <= 50;"
        "INSERT INTO event SELECT i, 'event' || i, 1 + i % 50, 0, NULL, 0, '', '', '', '', '', "
        "'[]', '{}' FROM n;"
        "INSERT INTO run (id, event_id, repository_id, state, n_idle, created_at, rule, "
        "rule_hash, object_id) SELECT i, i, 1 + i % 50, 0, 1, 0, 'r', '', '' FROM n;"
        "INSERT INTO action (id, run_id, timeout_ms, name, handler, spec) "
        "SELECT i, i, 1000, 'a', 'run', '{}' FROM n;"
        "INSERT INTO queue (action_id, run_id, repository_id, state, needs_open, on_lost, "
        "ready_at, group_key) SELECT i, i, 1 + i % 50, 2 - i % 2, 0, 0, 0, "
        "CASE i % 2 WHEN 1 THEN 'g' END FROM n; COMMIT;");
}

/// How many steps of SQLite's machine `work` takes.
template <class F>
int steps_of(sqlite::Connection& db, F work) {
    int steps = 0;
    ::sqlite3_progress_handler(
        db.raw(), 1,
        [](void* count) {
            ++*static_cast<int*>(count);
            return 0;
        },
        &steps);
    work();
    ::sqlite3_progress_handler(db.raw(), 0, nullptr, nullptr);
    REQUIRE_FALSE(db.failure());
    return steps;
}

struct Costs {
    int claim = 0;
    int finish = 0;
    int expire = 0;
    int lists = 0;
};

Costs costs_with(int ready) {
    const TemporaryFolder folder;
    REQUIRE(
        open_sqlite({.file = folder / "queue.db", .mode = OpenMode::create_if_missing}, k_clock));
    fill(folder / "queue.db", ready);
    auto store = sqlite::Store::open({.file = folder / "queue.db"});
    REQUIRE(store);
    auto opened = store->connect_writer();
    REQUIRE(opened);
    sqlite::Connection& db = *opened->connection;
    sqlite::WriterMemory memory;
    sqlite::Transaction transaction{db, memory, k_clock.wall(), k_clock.boot(), {}, {}, false};
    Costs costs;
    std::vector<Claim> claims;
    costs.claim = steps_of(db, [&] {
        claims = sqlite::claim(transaction, {NodeId(1), 10, Milliseconds(30'000)}).value().claims;
    });
    REQUIRE(claims.size() == 10);
    costs.expire = steps_of(db, [&] { REQUIRE(sqlite::expire(transaction)); });
    costs.finish = steps_of(db, [&] {
        for (const Claim& claim : claims) {
            REQUIRE(sqlite::finish(transaction, claim.fence, {}));
        }
    });
    // The head of the group ends: one of very many is let go.
    costs.finish += steps_of(
        db, [&] { REQUIRE(sqlite::cancel(transaction, ActionId(1), "no longer wanted")); });
    costs.lists = steps_of(db, [&] {
        REQUIRE(sqlite::read_runs(db, {.limit = 20})->size() == 20);
        REQUIRE(sqlite::read_runs(db, {.repository = "acme/r2", .limit = 1})->size() == 1);
        REQUIRE(sqlite::read_runs(db, {.state = RunState::queued, .limit = 20})->size() == 20);
        REQUIRE(sqlite::read_events(db, {.limit = 20})->size() == 20);
        REQUIRE(sqlite::read_events(db, {.repository = "acme/r2", .limit = 1})->size() == 1);
    });
    return costs;
}

}  // namespace

TEST_CASE("no step of an action's life gets dearer with what waits") {
    const Costs few = costs_with(100);
    const Costs many = costs_with(50'000);
    const auto about_the_same = [](int with_many, int with_few) {
        INFO(with_few << " steps with few, " << with_many << " with many");
        CHECK(with_many <= with_few * 3 / 2 + 50);
    };
    about_the_same(many.claim, few.claim);
    about_the_same(many.finish, few.finish);
    about_the_same(many.expire, few.expire);
    about_the_same(many.lists, few.lists);
}

TEST_CASE("a read that takes too long is ended, and the next one works") {
    const TemporaryFolder folder;
    REQUIRE(
        open_sqlite({.file = folder / "queue.db", .mode = OpenMode::create_if_missing}, k_clock));
    auto store = sqlite::Store::open({.file = folder / "queue.db"});
    REQUIRE(store);
    sqlite::ReaderPool readers([&store] { return store->connect_reader(); });
    const auto endless = readers.read([](sqlite::Connection& db) -> Result<std::int64_t> {
        return db
            .find(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                "SELECT sum(i) FROM n")
            .value_or(0);
    });
    REQUIRE_FALSE(endless);
    CHECK(endless.error().code == ErrorCode::timeout);
    CHECK(readers.read([](sqlite::Connection& db) { return sqlite::read_status(db); }));
}
