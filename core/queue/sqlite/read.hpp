#pragma once

#include "core/queue/queue.hpp"
#include "core/queue/sqlite/connection.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

// The questions, each asked within one snapshot. A list gives at most 200 rows.
namespace hookd::queue::sqlite {

/// **Errors:** not_found where `filter.before` is no event.
[[nodiscard]] Result<std::vector<EventRecord>> read_events(Connection& db,
                                                           const EventFilter& filter);
/// **Errors:** not_found.
[[nodiscard]] Result<EventDetail> read_event(Connection& db, const EventId& id);
/// **Errors:** not_found.
[[nodiscard]] Result<std::vector<Delivery>> read_deliveries_of(Connection& db, const EventId& id);
/// **Errors:** not_found where `filter.before` is no delivery.
[[nodiscard]] Result<std::vector<DeliveryRecord>> read_deliveries(Connection& db,
                                                                  const DeliveryFilter& filter);
/// **Errors:** not_found.
[[nodiscard]] Result<DeliveryDetail> read_delivery(Connection& db, const DeliveryId& id);
[[nodiscard]] Result<std::set<std::string>> read_known_keys(Connection& db,
                                                            const std::string& source,
                                                            std::span<const std::string> keys);

[[nodiscard]] Result<std::vector<RunRecord>> read_runs(Connection& db, const RunFilter& filter);
/// **Errors:** not_found.
[[nodiscard]] Result<RunDetail> read_run(Connection& db, RunId id);

[[nodiscard]] Result<std::vector<Deployment>> read_deployments(Connection& db,
                                                               const std::string& repository);
[[nodiscard]] Result<std::optional<std::string>> read_position(Connection& db,
                                                               const std::string& repository,
                                                               const std::string& ref);
/// All but the refused results, which are counted outside of the file.
[[nodiscard]] Result<QueueStatus> read_status(Connection& db);

/// How many rows a list gives where `asked` were asked for.
[[nodiscard]] inline std::size_t rows_of(std::size_t asked) {
    constexpr std::size_t k_most = 200;
    return asked < k_most ? asked : k_most;
}

}  // namespace hookd::queue::sqlite
