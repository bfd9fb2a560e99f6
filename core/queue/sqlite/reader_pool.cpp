#include "core/queue/sqlite/reader_pool.hpp"

#include <sqlite3.h>

namespace hookd::queue::sqlite {
namespace {

constexpr std::size_t k_most_readers = 2;
constexpr std::chrono::seconds k_longest_read{2};

int is_over(void* until) {
    return std::chrono::steady_clock::now() >
           *static_cast<std::chrono::steady_clock::time_point*>(until);
}

}  // namespace

void ReaderPool::close() {
    std::unique_lock lock(mutex_);
    closing_ = true;
    changed_.wait(lock, [this] { return in_use_ == 0; });
    idle_.clear();
    closing_ = false;
    lock.unlock();
    changed_.notify_all();
}

Result<std::unique_ptr<Connection>> ReaderPool::take() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !closing_ && in_use_ < k_most_readers; });
        ++in_use_;
        if (!idle_.empty()) {
            auto db = std::move(idle_.back());
            idle_.pop_back();
            return db;
        }
    }
    auto db = connect_();
    if (!db) {
        give_back(nullptr);
    }
    return db;
}

void ReaderPool::give_back(std::unique_ptr<Connection> db) {
    if (db && db->failure()) {
        // What it was doing is not finished: the next call gets a new one.
        db.reset();
    }
    {
        const std::scoped_lock lock(mutex_);
        --in_use_;
        if (db) {
            idle_.push_back(std::move(db));
        }
    }
    changed_.notify_all();
}

ReadLimit::ReadLimit(Connection& db)
    : db_(db), until_(std::chrono::steady_clock::now() + k_longest_read) {
    ::sqlite3_progress_handler(db.raw(), 10'000, is_over, &until_);
}

ReadLimit::~ReadLimit() {
    ::sqlite3_progress_handler(db_.raw(), 0, nullptr, nullptr);
}

}  // namespace hookd::queue::sqlite
