#pragma once

#include "core/queue/sqlite/connection.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

namespace hookd::queue::sqlite {

/// Two connections that only read, each used by one call at a time. A call sees one snapshot,
/// never waits for the writer, and is ended after two seconds: an old snapshot keeps the
/// write-ahead log from starting again.
/// **Thread:** any.
class ReaderPool {
  public:
    using Connect = std::function<Result<std::unique_ptr<Connection>>()>;

    explicit ReaderPool(Connect connect) : connect_(std::move(connect)) {}

    /// `reading(db)`, in one snapshot.
    template <class F>
    [[nodiscard]] auto read(F&& reading) -> std::invoke_result_t<F, Connection&>;

    /// Waits for the calls that read, and closes; the next call opens again.
    void close();

  private:
    [[nodiscard]] Result<std::unique_ptr<Connection>> take();
    void give_back(std::unique_ptr<Connection> db);

    Connect connect_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t in_use_ = 0;
    bool closing_ = false;
};

/// The time that one call may read.
class ReadLimit {
  public:
    explicit ReadLimit(Connection& db);
    ReadLimit(const ReadLimit&) = delete;
    ReadLimit& operator=(const ReadLimit&) = delete;
    ~ReadLimit();

  private:
    Connection& db_;
    std::chrono::steady_clock::time_point until_;
};

template <class F>
auto ReaderPool::read(F&& reading) -> std::invoke_result_t<F, Connection&> {
    auto db = take();
    if (!db) {
        return fail(db.error());
    }
    Connection& reader = **db;
    auto result = [&]() -> std::invoke_result_t<F, Connection&> {
        const ReadLimit limit(reader);
        reader.run("BEGIN");
        auto read = reading(reader);
        reader.run("COMMIT");
        return read;
    }();
    if (reader.failure()) {
        result = fail(to_error(*reader.failure()));
    }
    give_back(*std::move(db));
    return result;
}

}  // namespace hookd::queue::sqlite
