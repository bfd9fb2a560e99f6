#pragma once

#include "core/queue/queue.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace hookd::queue {

enum class OpenMode {
    existing,           ///< the database must be there
    create_if_missing,  ///< a state directory without one gets one
};

struct SqliteOptions {
    std::filesystem::path file;
    OpenMode mode = OpenMode::existing;
    /// Accepts waiting to be written; beyond it accept answers `unavailable` at once.
    std::size_t most_waiting_accepts = 10'000;
    /// The same for the memory that they hold.
    std::size_t most_waiting_bytes = std::size_t{64} << 20;
};

/// The embedded engine: one file in WAL with synchronous=FULL, one writer's thread that commits
/// what has gathered in one transaction, readers beside it.
/// **Errors:** a zero-length, foreign, damaged or newer file is refused with the reason and what
/// to do (threats.md T081); `unavailable` where another process has it open for writing (T082).
/// **Requires:** `clock` outlives the queue.
[[nodiscard]] Result<std::unique_ptr<Queue>> open_sqlite(const SqliteOptions& options,
                                                         const Clock& clock);

/// Has SQLite not count the memory that it takes: it does so under a lock, for every block.
/// **Requires:** called first of all in the process. **Source:** sqlite3_config(),
/// SQLITE_CONFIG_MEMSTATUS.
void go_without_memory_counts();

}  // namespace hookd::queue
