#include "core/model/event_json.hpp"
#include "core/queue/sqlite/read.hpp"
#include "core/queue/sqlite/stored_form.hpp"

#include <limits>

namespace hookd::queue::sqlite {
namespace {

tl::unexpected<Error> no_event(const EventId& id) {
    return fail(ErrorCode::not_found, "there is no event \"" + id.text() + "\"");
}

std::optional<std::int64_t> key_of(Connection& db, const EventId& id) {
    return db.find("SELECT id FROM event WHERE ulid = ?1", {id});
}

std::vector<EventRecord> read_records(Rows rows) {
    std::vector<EventRecord> records;
    while (rows.next()) {
        EventRecord record;
        record.id = EventId(rows.text(0));
        record.repository = rows.text(1);
        record.kind = static_cast<EventKind>(rows.integer(2));
        record.change = rows.text(3);
        record.ref = rows.text(4);
        record.before = rows.text(5);
        record.after = rows.text(6);
        record.source_type = rows.text(7);
        record.received_at = rows.time(8);
        record.runs = rows.integer(9);
        record.deliveries = rows.integer(10);
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace

Result<std::vector<EventRecord>> read_events(Connection& db, const EventFilter& filter) {
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    if (filter.before) {
        const auto key = key_of(db, *filter.before);
        if (!key) {
            return no_event(*filter.before);
        }
        before = *key;
    }
    const Value since =
        filter.since ? Value(*filter.since) : Value(std::numeric_limits<std::int64_t>::min());
    const Value kind = filter.kind ? Value(static_cast<int>(*filter.kind)) : Value(std::nullopt);
    // The inner query reads an index that covers the filters; the wide rows are looked up for
    // what is shown.
    if (filter.repository.empty()) {
        return read_records(db.query(
            "SELECT e.ulid, p.name, e.kind, e.change, e.ref, e.before, e.after, e.source_type, "
            "e.received_at, (SELECT count(*) FROM run r WHERE r.event_id = e.id), "
            "(SELECT sum(d.arrivals) FROM arrival a JOIN delivery d ON d.id = a.delivery_id "
            "WHERE a.event_id = e.id) "
            "FROM (SELECT id FROM event INDEXED BY event_listed WHERE id < ?1 AND "
            "received_at >= ?2 AND (?3 IS NULL OR kind = ?3) ORDER BY id DESC LIMIT ?4) l "
            "JOIN event e ON e.id = l.id JOIN repository p ON p.id = e.repository_id "
            "ORDER BY e.id DESC",
            {before, since, kind, rows_of(filter.limit)}));
    }
    return read_records(db.query(
        "SELECT e.ulid, p.name, e.kind, e.change, e.ref, e.before, e.after, e.source_type, "
        "e.received_at, (SELECT count(*) FROM run r WHERE r.event_id = e.id), "
        "(SELECT sum(d.arrivals) FROM arrival a JOIN delivery d ON d.id = a.delivery_id "
        "WHERE a.event_id = e.id) "
        "FROM (SELECT id FROM event INDEXED BY event_by_repository WHERE repository_id = "
        "(SELECT id FROM repository WHERE name = ?5) AND id < ?1 AND received_at >= ?2 AND "
        "(?3 IS NULL OR kind = ?3) ORDER BY id DESC LIMIT ?4) l "
        "JOIN event e ON e.id = l.id JOIN repository p ON p.id = e.repository_id "
        "ORDER BY e.id DESC",
        {before, since, kind, rows_of(filter.limit), filter.repository}));
}

Result<EventDetail> read_event(Connection& db, const EventId& id) {
    std::int64_t key = 0;
    EventDetail detail;
    {
        Rows rows = db.query("SELECT id, json, decisions FROM event WHERE ulid = ?1", {id});
        if (!rows.next()) {
            return no_event(id);
        }
        key = rows.integer(0);
        auto event = event_from_json(rows.text(1));
        if (!event) {
            return fail(event.error().in("event \"" + id.text() + "\""));
        }
        detail.event = *std::move(event);
        detail.decisions = decisions_from_text(rows.text(2));
    }
    Rows rows = db.query(
        "SELECT r.id, x.number, x.cause, x.asked_by FROM run r LEFT JOIN rerun x ON x.run_id = "
        "r.id "
        "WHERE r.event_id = ?1 ORDER BY r.id",
        {key});
    while (rows.next()) {
        detail.runs.emplace_back(rows.integer(0));
        if (!rows.is_null(1)) {
            detail.reruns.emplace_back(
                detail.runs.back(),
                Rerun{rows.integer(1), static_cast<RerunCause>(rows.integer(2)), rows.text(3)});
        }
    }
    return detail;
}

}  // namespace hookd::queue::sqlite
