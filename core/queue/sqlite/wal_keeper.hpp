#pragma once

#include "core/queue/sqlite/connection.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace hookd::queue::sqlite {

/// Moves the write-ahead log's pages into the database before it grows large. Most of it is done by
/// a thread of its own while transactions go on; what they have added meanwhile is moved between
/// two of them, so that the log can begin again.
/// **Thread:** the writer's.
class WalKeeper {
  public:
    /// `mover` is a second connection to the same file.
    /// **Requires:** `db` outlives it and is the only connection that writes.
    WalKeeper(Connection& db, std::unique_ptr<Connection> mover);
    WalKeeper(const WalKeeper&) = delete;
    WalKeeper& operator=(const WalKeeper&) = delete;
    /// Waits for what is being moved.
    ~WalKeeper();

    /// To be called after each commit. A failure is left for the next commit to meet.
    void tend();
    /// Moves what can be moved now, so that the log can be written from its beginning again.
    void relieve();

  private:
    enum class Mover { idle, asked, done };

    enum class Wait { no, yes };

    /// Whether the mover has done its part; it is asked to where it has not begun.
    [[nodiscard]] bool has_moved(Wait wait);
    void finish();
    void serve();

    Connection* db_;
    int frames_ = 0;          ///< in the log after the last commit
    int frames_at_last_ = 0;  ///< when it was last moved

    const std::unique_ptr<Connection> mover_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Mover state_ = Mover::idle;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hookd::queue::sqlite
