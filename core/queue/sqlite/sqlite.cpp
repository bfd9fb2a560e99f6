#include "core/queue/sqlite.hpp"

#include "core/queue/sqlite/sqlite_queue.hpp"

#include <sqlite3.h>

namespace hookd::queue {

Result<std::unique_ptr<Queue>> open_sqlite(const SqliteOptions& options, const Clock& clock) {
    auto store = sqlite::Store::open(options);
    if (!store) {
        return fail(store.error());
    }
    auto opened = store->connect_writer();
    if (!opened) {
        return fail(opened.error());
    }
    return std::make_unique<sqlite::SqliteQueue>(*std::move(store), *std::move(opened), options,
                                                 clock);
}

void go_without_memory_counts() {
    static_cast<void>(::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
}

}  // namespace hookd::queue
