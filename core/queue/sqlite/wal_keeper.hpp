#pragma once

#include "core/queue/sqlite/connection.hpp"

namespace hookd::queue::sqlite {

/// Moves the write-ahead log's pages into the database before it grows large. It works between
/// the writer's transactions, when those who waited have their answers.
class WalKeeper {
  public:
    /// **Requires:** `db` outlives it and is the only connection that writes.
    explicit WalKeeper(Connection& db);
    WalKeeper(const WalKeeper&) = delete;
    WalKeeper& operator=(const WalKeeper&) = delete;

    /// To be called after each commit. A failure is left for the next commit to meet.
    void tend();
    /// Moves what can be moved now, so that the log can be written from its beginning again.
    void relieve();

  private:
    Connection* db_;
    int frames_ = 0;          ///< in the log after the last commit
    int frames_at_last_ = 0;  ///< when it was last moved
};

}  // namespace hookd::queue::sqlite
