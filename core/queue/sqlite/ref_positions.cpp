#include "core/queue/sqlite/ref_positions.hpp"

namespace hookd::queue::sqlite {

void note_refs(Transaction& transaction, const std::string& repository,
               std::span<const RefSeen> refs) {
    const std::int64_t key = repository_key(transaction, repository);
    const auto newest = transaction.db.find("SELECT max(id) FROM delivery").value_or(0);
    for (const RefSeen& seen : refs) {
        transaction.db.run(
            "INSERT INTO ref_position (repository_id, ref, object_id, event_id, found_after) "
            "VALUES (?1, ?2, ?3, NULL, ?4) ON CONFLICT DO NOTHING",
            {key, seen.ref, seen.object_id, newest});
    }
}

Status set_mark(Transaction& transaction, const std::string& name, WallTime at) {
    transaction.db.run(
        "INSERT INTO mark (name, at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET at = ?2",
        {name, at});
    return {};
}

Result<std::vector<RefSeen>> read_positions(Connection& db, const std::string& repository) {
    std::vector<RefSeen> positions;
    Rows rows = db.query(
        "SELECT p.ref, p.object_id, e.source_type FROM ref_position p "
        "LEFT JOIN event e ON e.id = p.event_id "
        "WHERE p.repository_id = (SELECT id FROM repository WHERE name = ?1) ORDER BY p.ref",
        {repository});
    while (rows.next()) {
        positions.push_back({rows.text(0), rows.text(1), rows.text(2)});
    }
    return positions;
}

Result<std::optional<WallTime>> read_mark(Connection& db, const std::string& name) {
    Rows rows = db.query("SELECT at FROM mark WHERE name = ?1", {name});
    return rows.next() ? std::optional(rows.time(0)) : std::nullopt;
}

}  // namespace hookd::queue::sqlite
