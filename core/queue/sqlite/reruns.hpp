#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// Runs of events that are there already. Each is a new run: what was is never rewritten.
namespace hookd::queue::sqlite {

/// **Errors:** not_found; exists where the key was used for another wish.
[[nodiscard]] Result<Replayed> replay(Transaction& transaction, const ReplayRequest& request,
                                      const std::vector<PlannedRun>& runs);
[[nodiscard]] Result<std::optional<Replayed>> find_replay(Connection& db,
                                                          const ReplayRequest& request);

/// What `arrival`, which is the stored delivery `known` once more, starts by its rules' words.
/// Nothing where it is not a person's redelivery as it seems: another body, a delivery that was
/// suspicious itself, or one that comes too soon to tell it from the sender's own retry. Nothing
/// either of a rule whose last run for the event is not over (docs/queue.md, "Once more").
[[nodiscard]] std::vector<StartedRun> rerun_redelivered(Transaction& transaction,
                                                        std::int64_t known, const Arrival& arrival);

}  // namespace hookd::queue::sqlite
