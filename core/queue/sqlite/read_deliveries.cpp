#include "core/queue/sqlite/packed_body.hpp"
#include "core/queue/sqlite/read.hpp"
#include "core/queue/sqlite/stored_form.hpp"

#include <limits>

namespace hookd::queue::sqlite {
namespace {

// Every list of deliveries starts with these columns; what was taken has no row in refusal.
DeliveryRecord read_record(const Rows& rows) {
    DeliveryRecord record;
    record.id = DeliveryId(rows.text(1));
    record.source = rows.text(2);
    record.provider = rows.text(3);
    record.key = rows.text(4);
    record.event = rows.text(5);
    record.received_at = rows.time(6);
    record.peer = rows.text(7);
    record.arrivals = rows.integer(8);
    record.body_bytes = rows.integer(9);
    if (!rows.is_null(10)) {
        record.verdict = {static_cast<Verdict::Kind>(rows.integer(10)),
                          static_cast<int>(rows.integer(11)), rows.text(12), rows.text(13)};
    }
    return record;
}

std::vector<DeliveryRecord> read_records(Connection& db, Rows rows) {
    std::vector<DeliveryRecord> records;
    while (rows.next()) {
        records.push_back(read_record(rows));
        Rows events = db.query(
            "SELECT e.ulid FROM arrival a JOIN event e ON e.id = a.event_id "
            "WHERE a.delivery_id = ?1 ORDER BY e.id",
            {rows.integer(0)});
        while (events.next()) {
            records.back().events.emplace_back(events.text(0));
        }
    }
    return records;
}

/// The body of columns `body` and `size_before`, which follow each other.
std::string read_body(Connection& db, const Rows& rows, int column) {
    std::string body = rows.text(column);
    if (rows.is_null(column + 1)) {
        return body;
    }
    auto unpacked = unpack(body, rows.integer(column + 1));
    if (!unpacked) {
        db.fail_with({Failure::Kind::broken, "a delivery's body is damaged"});
        return {};
    }
    return *std::move(unpacked);
}

/// Of which delivery `row` is the replay, or as which one it was taken.
void read_replay(Connection& db, std::int64_t row, DeliveryDetail& detail) {
    {
        Rows rows = db.query(
            "SELECT t.ulid FROM delivery_replay r JOIN delivery t ON t.id = r.delivery_id "
            "WHERE r.refused_id = ?1",
            {row});
        if (rows.next()) {
            detail.taken_as = DeliveryId(rows.text(0));
        }
    }
    Rows rows = db.query(
        "SELECT f.ulid, r.asked_by FROM delivery_replay r JOIN delivery f ON f.id = r.refused_id "
        "WHERE r.delivery_id = ?1 AND r.made",
        {row});
    if (rows.next()) {
        detail.delivery.replay_of = {DeliveryId(rows.text(0)), rows.text(1)};
    }
}

tl::unexpected<Error> no_delivery(const DeliveryId& id) {
    return fail(ErrorCode::not_found, "there is no delivery \"" + id.text() + "\"");
}

Delivery take(DeliveryRecord record, const std::string& headers, std::string body) {
    Delivery delivery;
    delivery.id = std::move(record.id);
    delivery.source = std::move(record.source);
    delivery.provider = std::move(record.provider);
    delivery.key = std::move(record.key);
    delivery.event = std::move(record.event);
    delivery.received_at = record.received_at;
    delivery.peer = std::move(record.peer);
    delivery.headers = headers_from_text(headers);
    delivery.body = std::move(body);
    delivery.verdict = std::move(record.verdict);
    return delivery;
}

}  // namespace

Result<std::vector<DeliveryRecord>> read_deliveries(Connection& db, const DeliveryFilter& filter) {
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    if (filter.before) {
        const auto key = db.find("SELECT id FROM delivery WHERE ulid = ?1", {*filter.before});
        if (!key) {
            return no_delivery(*filter.before);
        }
        before = *key;
    }
    const Value since =
        filter.since ? Value(*filter.since) : Value(std::numeric_limits<std::int64_t>::min());
    const Value limit(rows_of(filter.limit));
    if (filter.only_refused && !filter.source.empty()) {
        return read_records(
            db,
            db.query(
                "SELECT d.id, d.ulid, s.name, d.provider, coalesce(d.key, f.key), d.event, "
                "d.received_at, d.peer, d.arrivals, d.body_bytes, f.verdict, f.status, f.reason, "
                "f.detail FROM refusal f INDEXED BY refusal_by_source "
                "JOIN delivery d ON d.id = f.delivery_id JOIN source s ON s.id = f.source_id "
                "WHERE f.source_id = (SELECT id FROM source WHERE name = ?4) AND "
                "f.delivery_id < ?1 AND d.received_at >= ?2 ORDER BY f.delivery_id DESC LIMIT ?3",
                {before, since, limit, filter.source}));
    }
    if (filter.only_refused) {
        return read_records(
            db,
            db.query(
                "SELECT d.id, d.ulid, s.name, d.provider, coalesce(d.key, f.key), d.event, "
                "d.received_at, d.peer, d.arrivals, d.body_bytes, f.verdict, f.status, f.reason, "
                "f.detail FROM refusal f CROSS JOIN delivery d ON d.id = f.delivery_id "
                "JOIN source s ON s.id = d.source_id WHERE f.delivery_id < ?1 AND "
                "d.received_at >= ?2 ORDER BY f.delivery_id DESC LIMIT ?3",
                {before, since, limit}));
    }
    // The inner query walks the table by its key; the columns before the body are cheap to read.
    return read_records(
        db,
        db.query("SELECT d.id, d.ulid, s.name, d.provider, coalesce(d.key, f.key), d.event, "
                 "d.received_at, d.peer, d.arrivals, d.body_bytes, f.verdict, f.status, f.reason, "
                 "f.detail FROM (SELECT id FROM delivery NOT INDEXED WHERE id < ?1 AND "
                 "received_at >= ?2 AND (?4 = '' OR source_id = (SELECT id FROM source "
                 "WHERE name = ?4)) ORDER BY id DESC LIMIT ?3) l JOIN delivery d ON d.id = l.id "
                 "JOIN source s ON s.id = d.source_id LEFT JOIN refusal f ON f.delivery_id = d.id "
                 "ORDER BY d.id DESC",
                 {before, since, limit, filter.source}));
}

Result<DeliveryDetail> read_delivery(Connection& db, const DeliveryId& id) {
    std::int64_t row = 0;
    std::string headers;
    std::string body;
    std::string proven_by;
    std::vector<DeliveryRecord> found;
    {
        Rows rows = db.query(
            "SELECT d.headers, d.body, d.size_before, d.id, f.proven_by FROM delivery d "
            "LEFT JOIN refusal f ON f.delivery_id = d.id WHERE d.ulid = ?1",
            {id});
        if (!rows.next()) {
            return no_delivery(id);
        }
        headers = rows.text(0);
        body = read_body(db, rows, 1);
        row = rows.integer(3);
        proven_by = rows.text(4);
    }
    found = read_records(
        db,
        db.query("SELECT d.id, d.ulid, s.name, d.provider, coalesce(d.key, f.key), d.event, "
                 "d.received_at, d.peer, d.arrivals, d.body_bytes, f.verdict, f.status, f.reason, "
                 "f.detail FROM delivery d JOIN source s ON s.id = d.source_id "
                 "LEFT JOIN refusal f ON f.delivery_id = d.id WHERE d.ulid = ?1",
                 {id}));
    if (found.empty()) {
        return no_delivery(id);
    }
    DeliveryDetail detail;
    detail.arrivals = found[0].arrivals;
    detail.events = std::move(found[0].events);
    detail.delivery = take(std::move(found[0]), headers, std::move(body));
    detail.delivery.proven_by = std::move(proven_by);
    read_replay(db, row, detail);
    return detail;
}

Result<std::vector<Delivery>> read_deliveries_of(Connection& db, const EventId& id) {
    const auto key = db.find("SELECT id FROM event WHERE ulid = ?1", {id});
    if (!key) {
        return fail(ErrorCode::not_found, "there is no event \"" + id.text() + "\"");
    }
    std::vector<Delivery> deliveries;
    Rows rows = db.query(
        "SELECT d.id, d.ulid, s.name, d.provider, coalesce(d.key, f.key), d.event, d.received_at, "
        "d.peer, d.arrivals, d.body_bytes, f.verdict, f.status, f.reason, f.detail, d.headers, "
        "d.body, d.size_before FROM arrival a JOIN delivery d ON d.id = a.delivery_id "
        "JOIN source s ON s.id = d.source_id LEFT JOIN refusal f ON f.delivery_id = d.id "
        "WHERE a.event_id = ?1 ORDER BY d.id LIMIT ?2",
        {*key, rows_of(std::numeric_limits<std::size_t>::max())});
    while (rows.next()) {
        deliveries.push_back(take(read_record(rows), rows.text(14), read_body(db, rows, 15)));
    }
    return deliveries;
}

}  // namespace hookd::queue::sqlite
