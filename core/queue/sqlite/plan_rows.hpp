#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <cstdint>
#include <vector>

namespace hookd::queue::sqlite {

/// Which of a plan's runs are made: one whose `once_key` has been used is not, and its rule's
/// decision says by which event.
struct OnceChecked {
    std::vector<const PlannedRun*> runs;
    /// Differs from the plan's only where `changed`.
    std::vector<Decision> decisions;
    bool changed = false;
};

[[nodiscard]] OnceChecked check_once(Connection& db, const PlannedEvent& planned);

/// Stores a run and its actions: what needs nothing and waits for nobody is ready.
[[nodiscard]] StartedRun insert_run(Transaction& transaction, const Event& event,
                                    std::int64_t event_key, std::int64_t repository_key,
                                    const PlannedRun& run);

}  // namespace hookd::queue::sqlite
