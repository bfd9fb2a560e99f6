#include "core/queue/sqlite.hpp"

#include "core/queue/sqlite/sqlite_queue.hpp"

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

}  // namespace hookd::queue
