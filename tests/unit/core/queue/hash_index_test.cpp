#include "core/queue/sqlite/hash_index.hpp"

#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <map>
#include <random>

using namespace hookd;
using namespace hookd::queue;
using sqlite::Connection;
using sqlite::HashIndex;

namespace {

/// An index over a database of its own, and what it should know.
class Checked {
  public:
    explicit Checked(std::size_t most_waiting) : index_(most_waiting) {
        const RealClock clock;
        REQUIRE(open_sqlite({.file = file_, .mode = OpenMode::create_if_missing}, clock));
        reopen();
    }

    void reopen() {
        db_.reset();
        db_ = Connection::open(file_, Connection::Access::write).value();
        index_.forget();
    }

    void begin() {
        db_->run("BEGIN IMMEDIATE");
        index_.load(*db_);
        before_ = known_;
    }
    void add(std::int64_t hash, std::int64_t row) {
        index_.add(hash, row);
        known_[hash].push_back(row);
    }
    void commit() {
        index_.write(*db_);
        db_->run("COMMIT");
        REQUIRE_FALSE(db_->failure());
        index_.committed();
    }
    /// As where the commit itself failed.
    void roll_back() {
        index_.write(*db_);
        db_->run("ROLLBACK");
        index_.rolled_back();
        known_ = before_;
    }

    void check() {
        for (const auto& [hash, rows] : known_) {
            REQUIRE(index_.find(*db_, hash) == rows);
        }
        REQUIRE(index_.find(*db_, 12345).empty());
    }
    void check_as_reader() {
        for (const auto& [hash, rows] : known_) {
            REQUIRE(sqlite::find_by_hash(*db_, hash) == rows);
        }
        REQUIRE(sqlite::find_by_hash(*db_, 12345).empty());
    }

    std::int64_t rows_of(sqlite::Sql sql) { return db_->find(sql).value(); }
    HashIndex& index() { return index_; }

  private:
    test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "queue.db";
    std::unique_ptr<Connection> db_;
    HashIndex index_;
    std::map<std::int64_t, std::vector<std::int64_t>> known_;
    std::map<std::int64_t, std::vector<std::int64_t>> before_;
};

}  // namespace

TEST_CASE("what was added is found, in whatever order commits, failures and restarts come") {
    const unsigned seed = GENERATE(range(1U, 6U));
    std::mt19937_64 random(seed);
    Checked checked(300);
    std::int64_t row = 0;
    for (int i = 0; i < 120; ++i) {
        checked.begin();
        for (auto n = random() % 20; n > 0; --n) {
            // Few slices, so that hashes meet, and all of them.
            const std::uint64_t hash = seed % 2 == 0 ? random() : random() % 50 << 57U;
            checked.add(static_cast<std::int64_t>(hash), ++row);
        }
        switch (random() % 8) {
            case 0:
                checked.roll_back();
                break;
            case 1:
                checked.commit();
                checked.reopen();
                checked.begin();
                checked.commit();
                break;
            default:
                checked.commit();
        }
        if (i % 10 == 0) {
            checked.check();
        }
    }
    checked.check();
    checked.check_as_reader();
    CHECK(checked.rows_of("SELECT count(*) FROM hash_index") > 0);
}

TEST_CASE("the journal goes away behind the slices that have moved") {
    Checked checked(512);
    std::mt19937_64 random(7);
    std::int64_t row = 0;
    for (int i = 0; i < 300; ++i) {
        checked.begin();
        for (int n = 0; n < 16; ++n) {
            checked.add(static_cast<std::int64_t>(random()), ++row);
        }
        checked.commit();
    }
    // A whole turn of the slices is at most twice what may wait.
    CHECK(checked.rows_of("SELECT sum(length(entries)) / 16 FROM hash_journal") <= 2 * 512 + 16);
    CHECK(checked.rows_of("SELECT count(*) FROM hash_index") >= row - 512);
    checked.check();
}

TEST_CASE("one slice that gets everything does not keep the journal") {
    Checked checked(64);
    for (std::int64_t row = 1; row <= 1000; ++row) {
        checked.begin();
        checked.add(row, row);
        checked.commit();
    }
    CHECK(checked.rows_of("SELECT count(*) FROM hash_journal") <= 2 * 64);
    checked.check();
}

TEST_CASE("a change that is taken back within a transaction leaves nothing") {
    Checked checked(64);
    checked.begin();
    checked.add(1, 10);
    const std::size_t kept = checked.index().added();
    checked.index().add(2, 20);
    checked.index().keep_added(kept);
    checked.commit();
    checked.check();
    CHECK(checked.rows_of("SELECT length(entries) FROM hash_journal") == 16);
}
