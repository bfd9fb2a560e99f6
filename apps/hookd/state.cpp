#include "apps/hookd/state.hpp"

#include "core/base/file.hpp"
#include "core/queue/sqlite.hpp"

#include <filesystem>

namespace hookd::app {

Result<std::unique_ptr<queue::Queue>> open_state(const StateFolder& state, const Clock& clock) {
    for (const auto& folder : {state.root(), state.logs(), state.work(), state.spool()}) {
        if (auto made = make_folders(folder); !made) {
            return fail(made.error());
        }
    }
    const bool initialized = std::filesystem::exists(state.marker());
    auto opened = queue::open_sqlite(
        {.file = state.database(),
         .mode = initialized ? queue::OpenMode::existing : queue::OpenMode::create_if_missing},
        clock);
    if (!opened) {
        return fail(opened.error());
    }
    if (!initialized) {
        const auto written =
            write_file_durably(state.marker(), "The queue in this folder was made " +
                                                   to_rfc3339(clock.wall()) + ".\n");
        if (!written) {
            return fail(written.error());
        }
    }
    return opened;
}

}  // namespace hookd::app
