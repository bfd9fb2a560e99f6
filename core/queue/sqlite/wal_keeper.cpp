#include "core/queue/sqlite/wal_keeper.hpp"

#include <sqlite3.h>

namespace hookd::queue::sqlite {
namespace {

// Pages of 8 KiB. More would cost fewer writes and longer pauses.
constexpr int k_frames_before_moving = 2000;
// Readers that overlap keep the log from starting again at its beginning; past 64 MiB we wait
// for them, but not long: they hold their snapshots for two seconds at most.
constexpr int k_frames_before_waiting = 8192;
constexpr int k_wait_ms = 250;
constexpr int k_busy_ms = 5000;  // as at opening

int note_frames(void* frames, sqlite3* /*database*/, const char* /*name*/, int count) {
    *static_cast<int*>(frames) = count;
    return SQLITE_OK;
}

}  // namespace

WalKeeper::WalKeeper(Connection& db) : db_(&db) {
    // In place of SQLite's own, which moves pages within the commit that others wait for.
    ::sqlite3_wal_hook(db.raw(), note_frames, &frames_);
}

void WalKeeper::tend() {
    if (frames_ < frames_at_last_) {
        frames_at_last_ = 0;
    }
    if (frames_ - frames_at_last_ < k_frames_before_moving) {
        return;
    }
    frames_at_last_ = frames_;
    if (frames_ < k_frames_before_waiting) {
        relieve();
        return;
    }
    ::sqlite3_busy_timeout(db_->raw(), k_wait_ms);
    ::sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    ::sqlite3_busy_timeout(db_->raw(), k_busy_ms);
}

void WalKeeper::relieve() {
    ::sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace hookd::queue::sqlite
