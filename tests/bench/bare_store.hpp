#pragma once

#include "core/queue/arrival.hpp"

#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace hookd::bench {

/// The rows of one accept, ready to be bound.
struct BareRows {
    queue::Arrival arrival;
    std::string headers;
    std::string decisions;
    std::string json;
    std::promise<void> stored;
};

/// The limit: a loop that puts the same rows as an accept into the same schema with plain
/// statements, and commits what has gathered. It looks nothing up and decides nothing.
class BareStore {
  public:
    /// **Requires:** `file` is a database of the queue that nobody has open.
    explicit BareStore(const std::filesystem::path& file);
    BareStore(const BareStore&) = delete;
    BareStore& operator=(const BareStore&) = delete;
    ~BareStore();

    /// Returns once the rows are on disk. **Thread:** any.
    void store(queue::Arrival arrival);

  private:
    void run();
    void insert(const BareRows& rows);

    sqlite3* database_ = nullptr;
    std::vector<sqlite3_stmt*> statements_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<BareRows*> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hookd::bench
