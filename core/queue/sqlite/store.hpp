#pragma once

#include "core/base/fd.hpp"
#include "core/queue/sqlite.hpp"
#include "core/queue/sqlite/connection.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace hookd::queue::sqlite {

struct OpenedWriter {
    std::unique_ptr<Connection> connection;
    std::int64_t epoch = 0;
    std::unique_ptr<Connection> mover;  ///< a second one, to move the log's pages with
};

/// The database as files: made or found, locked against a second writer, checked to be ours.
class Store {
  public:
    /// **Errors:** as in open_sqlite.
    [[nodiscard]] static Result<Store> open(const SqliteOptions& options);

    /// A connection for writing, under a new epoch. A commit has been synced through it.
    [[nodiscard]] Result<OpenedWriter> connect_writer() const;
    /// The same after the file has failed: it is checked again, and must still be of our epoch.
    [[nodiscard]] Result<OpenedWriter> reconnect_writer(std::int64_t epoch) const;
    [[nodiscard]] Result<std::unique_ptr<Connection>> connect_reader() const;

  private:
    Store(std::filesystem::path file, Fd lock) : file_(std::move(file)), lock_(std::move(lock)) {}

    std::filesystem::path file_;
    Fd lock_;
};

/// Name of the network file system with this number in statfs(2); nothing for a local one.
/// SQLite's shared memory and locks do not work across machines.
[[nodiscard]] std::optional<std::string_view> network_file_system(long magic);

}  // namespace hookd::queue::sqlite
