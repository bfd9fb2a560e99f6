#include "core/queue/sqlite/repeated_body.hpp"

#include "core/queue/sqlite/packed_body.hpp"

#include <string>
#include <vector>

namespace hookd::queue::sqlite {
namespace {

/// How many deliveries of one event are looked at: somebody who replays one for the thousandth time
/// must not cost a thousand comparisons, and the first is what was replayed.
constexpr std::int64_t k_most_compared = 4;

}  // namespace

bool has_body(Connection& db, std::int64_t delivery, std::string_view body) {
    // Only bodies of the same size are read.
    Rows rows = db.query("SELECT body, size_before FROM delivery WHERE id = ?1 AND body_bytes = ?2",
                         {delivery, body.size()});
    if (!rows.next()) {
        return false;
    }
    const std::string stored = rows.text(0);
    return rows.is_null(1) ? stored == body : unpack(stored, rows.integer(1)) == body;
}

std::optional<std::int64_t> find_repeated(Transaction& transaction, std::int64_t source,
                                          std::int64_t hash, std::string_view body) {
    Connection& db = transaction.db;
    for (const std::int64_t row : transaction.memory.index.find(db, hash)) {
        if (db.find("SELECT id FROM delivery WHERE id = ?1 AND source_id = ?2", {row, source}) &&
            has_body(db, row, body)) {
            return row;
        }
    }
    return std::nullopt;
}

std::optional<std::int64_t> find_repeated_of(Connection& db, std::int64_t source,
                                             std::int64_t but_not,
                                             std::span<const std::int64_t> events,
                                             std::string_view body) {
    for (const std::int64_t event : events) {
        std::vector<std::int64_t> deliveries;
        {
            Rows rows = db.query(
                "SELECT d.id FROM arrival a JOIN delivery d ON d.id = a.delivery_id "
                "WHERE a.event_id = ?1 AND d.source_id = ?2 AND d.id <> ?3 "
                "ORDER BY a.delivery_id LIMIT ?4",
                {event, source, but_not, k_most_compared});
            while (rows.next()) {
                deliveries.push_back(rows.integer(0));
            }
        }
        for (const std::int64_t delivery : deliveries) {
            if (has_body(db, delivery, body)) {
                return delivery;
            }
        }
    }
    return std::nullopt;
}

}  // namespace hookd::queue::sqlite
