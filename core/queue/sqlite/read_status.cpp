#include "core/queue/sqlite/read.hpp"

#include <limits>

namespace hookd::queue::sqlite {

Result<std::vector<Deployment>> read_deployments(Connection& db, const std::string& repository) {
    std::vector<Deployment> deployments;
    Rows rows = db.query(
        "SELECT r.name, d.environment, d.target, d.release, d.object_id, d.run_id, d.fence, d.at, "
        "d.state FROM deployment d JOIN repository r ON r.id = d.repository_id "
        "WHERE ?1 = '' OR r.name = ?1 ORDER BY d.id DESC LIMIT ?2",
        {repository, rows_of(std::numeric_limits<std::size_t>::max())});
    while (rows.next()) {
        deployments.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4),
                               RunId(rows.integer(5)), Fence(rows.integer(6)), rows.time(7),
                               rows.text(8)});
    }
    return deployments;
}

Result<std::optional<std::string>> read_position(Connection& db, const std::string& repository,
                                                 const std::string& ref) {
    Rows rows = db.query(
        "SELECT object_id FROM ref_position WHERE repository_id = "
        "(SELECT id FROM repository WHERE name = ?1) AND ref = ?2",
        {repository, ref});
    if (!rows.next()) {
        return std::optional<std::string>();
    }
    std::string position = rows.text(0);
    const bool gone = position.find_first_not_of('0') == std::string::npos;
    return gone ? std::nullopt : std::optional(std::move(position));
}

Result<QueueStatus> read_status(Connection& db) {
    QueueStatus status;
    status.events = db.find("SELECT count(*) FROM event").value_or(0);
    Rows rows = db.query(
        "SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), "
        "count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3), "
        "min(ready_at) FILTER (WHERE state = 2) FROM queue");
    if (rows.next()) {
        status.blocked = rows.integer(0);
        status.waiting = rows.integer(1);
        status.ready = rows.integer(2);
        status.running = rows.integer(3);
        status.oldest_ready = rows.maybe_time(4);
    }
    return status;
}

}  // namespace hookd::queue::sqlite
