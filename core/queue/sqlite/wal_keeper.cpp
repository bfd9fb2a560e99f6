#include "core/queue/sqlite/wal_keeper.hpp"

#include <sqlite3.h>

#include <utility>

namespace hookd::queue::sqlite {
namespace {

// Pages of 8 KiB. More would cost fewer writes and longer pauses.
constexpr int k_frames_before_moving = 2000;
// Beyond this the writer waits for the mover: the log must not grow faster than it is moved.
constexpr int k_most_frames_meanwhile = 2 * k_frames_before_moving;
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

WalKeeper::WalKeeper(Connection& db, std::unique_ptr<Connection> mover)
    : db_(&db), mover_(std::move(mover)) {
    // In place of SQLite's own, which moves pages within the commit that others wait for.
    ::sqlite3_wal_hook(db.raw(), note_frames, &frames_);
    thread_ = std::thread([this] { serve(); });
}

WalKeeper::~WalKeeper() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void WalKeeper::tend() {
    if (frames_ < frames_at_last_) {
        frames_at_last_ = 0;
    }
    const int added = frames_ - frames_at_last_;
    if (added < k_frames_before_moving) {
        return;
    }
    const Wait wait = added < k_most_frames_meanwhile ? Wait::no : Wait::yes;
    if (has_moved(wait)) {
        finish();
    }
}

bool WalKeeper::has_moved(Wait wait) {
    std::unique_lock lock(mutex_);
    if (state_ == Mover::idle) {
        state_ = Mover::asked;
        changed_.notify_all();
    }
    if (wait == Wait::yes) {
        changed_.wait(lock, [this] { return state_ == Mover::done; });
    }
    if (state_ != Mover::done) {
        return false;
    }
    state_ = Mover::idle;
    return true;
}

/// Moves what came since the mover looked, which is little, so that the log begins anew.
void WalKeeper::finish() {
    frames_at_last_ = frames_;
    if (frames_ < k_frames_before_waiting) {
        relieve();
        return;
    }
    ::sqlite3_busy_timeout(db_->raw(), k_wait_ms);
    ::sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    ::sqlite3_busy_timeout(db_->raw(), k_busy_ms);
}

void WalKeeper::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || state_ == Mover::asked; });
        if (stopping_) {
            return;
        }
        lock.unlock();
        ::sqlite3_wal_checkpoint_v2(mover_->raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                    nullptr);
        lock.lock();
        state_ = Mover::done;
        changed_.notify_all();
    }
}

void WalKeeper::relieve() {
    ::sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace hookd::queue::sqlite
