#include "core/queue/sqlite/batch.hpp"

#include <utility>

namespace hookd::queue::sqlite {
namespace {

/// Savepoints copy every page a change touches, so a transaction is tried without them first and
/// made again with them only where a change was refused.
enum class Savepoints { no, yes };

void roll_back(Connection& db, WriterMemory& memory) {
    memory.repositories.clear();
    memory.sources.clear();
    memory.index.rolled_back();
    db.clear_failure();
    // Some failures have rolled back already.
    if (db.in_transaction()) {
        db.run("ROLLBACK");
    }
}

/// The lock beside the file can be deleted; the number in it cannot be missed (T082).
void check_epoch(Connection& db, const WriterMemory& memory) {
    const auto epoch = db.find("SELECT epoch FROM store");
    if (!db.failure() && epoch != memory.epoch) {
        db.fail_with({Failure::Kind::replaced,
                      "another hookd has opened this database for writing: stop one of them"});
    }
}

void apply_with_savepoint(WriteTask& task, Transaction& transaction, Status& outcome) {
    Connection& db = transaction.db;
    const std::size_t changes_before = transaction.changes.size();
    const std::size_t released_before = transaction.released.size();
    const std::size_t added_before = transaction.memory.index.added();
    db.run("SAVEPOINT one_change");
    task.apply(transaction);
    if (db.failure() && db.failure()->kind == Failure::Kind::refused) {
        outcome = fail(to_error(*db.failure()));
        transaction.changes.resize(changes_before);
        transaction.released.resize(released_before);
        transaction.memory.index.keep_added(added_before);
        transaction.memory.repositories.clear();
        transaction.memory.sources.clear();
        db.clear_failure();
        db.run("ROLLBACK TO one_change");
    }
    db.run("RELEASE one_change");
}

BatchResult write(const Batch& batch, Connection& db, WriterMemory& memory, const Clock& clock,
                  Savepoints savepoints) {
    BatchResult result;
    result.outcomes.resize(batch.size());
    Transaction transaction{db, memory, clock.wall(), clock.boot(), {}, {}, false};
    db.run("BEGIN IMMEDIATE");
    check_epoch(db, memory);
    memory.index.load(db);
    for (std::size_t i = 0; i < batch.size() && !db.failure(); ++i) {
        if (savepoints == Savepoints::yes) {
            apply_with_savepoint(*batch[i], transaction, result.outcomes[i]);
        } else {
            batch[i]->apply(transaction);
        }
    }
    memory.index.write(db);
    db.run("COMMIT");
    if (db.failure()) {
        result.failure = db.failure();
        roll_back(db, memory);
        return result;
    }
    memory.index.committed();
    for (const Fence fence : transaction.released) {
        memory.leases.erase(fence.value);
    }
    result.changes = std::move(transaction.changes);
    if (transaction.something_ready) {
        result.changes.push_back(Change{});
    }
    return result;
}

}  // namespace

BatchResult write_batch(const Batch& batch, Connection& db, WriterMemory& memory,
                        const Clock& clock) {
    BatchResult result = write(batch, db, memory, clock, Savepoints::no);
    if (result.failure && result.failure->kind == Failure::Kind::refused) {
        result = write(batch, db, memory, clock, Savepoints::yes);
    }
    if (result.failure) {
        for (Status& outcome : result.outcomes) {
            outcome = fail(to_error(*result.failure));
        }
    }
    return result;
}

}  // namespace hookd::queue::sqlite
