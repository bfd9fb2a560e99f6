#include "core/queue/sqlite/duplicates.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hookd::queue::sqlite {
namespace {

/// Source of events that comparing refs has found; it is no door that reports every movement.
constexpr std::string_view k_comparison = "reconcile";

bool is_nothing(std::string_view object_id) {
    return object_id.find_first_not_of('0') == std::string_view::npos;
}

/// A ref that is nowhere has an empty position or zeros.
bool starts_at(const Event& event, std::string_view position) {
    return is_nothing(position) ? is_nothing(event.before) : position == event.before;
}

bool starts_where_ref_is(Connection& db, const Incoming& incoming) {
    Rows rows = db.query("SELECT object_id FROM ref_position WHERE repository_id = ?1 AND ref = ?2",
                         {incoming.repository, incoming.event.ref});
    return starts_at(incoming.event, rows.next() ? rows.text(0) : std::string{});
}

/// Keys of the events with this identity, oldest first.
std::vector<std::int64_t> generations(Transaction& transaction, const Incoming& incoming) {
    std::vector<std::int64_t> events;
    const Event& event = incoming.event;
    for (const std::int64_t row :
         transaction.memory.index.find(transaction.db, *incoming.identity)) {
        if (transaction.db.find("SELECT id FROM event WHERE id = ?1 AND repository_id = ?2 AND "
                                "ref = ?3 AND before = ?4 AND after = ?5",
                                {row, incoming.repository, event.ref, event.before, event.after})) {
            events.push_back(row);
        }
    }
    return events;
}

/// How many deliveries through this source have brought one of the events, this one included;
/// counting stops past `enough`.
std::size_t reports(Connection& db, const Incoming& incoming,
                    const std::vector<std::int64_t>& events, std::size_t enough) {
    std::size_t count = 1;
    for (const std::int64_t event : events) {
        if (count > enough) {
            break;
        }
        const auto found = db.find(
            "SELECT count(*) FROM (SELECT 1 FROM arrival a JOIN delivery d ON d.id = a.delivery_id "
            "WHERE a.event_id = ?1 AND d.source_id = ?2 AND d.id <> ?3 LIMIT ?4)",
            {event, incoming.source, incoming.delivery, enough});
        count += static_cast<std::size_t>(found.value_or(0));
    }
    return count;
}

/// The event that left the ref where it is; nothing where none did.
std::optional<std::int64_t> last_movement(Connection& db, const Incoming& incoming) {
    return db.find("SELECT event_id FROM ref_position WHERE repository_id = ?1 AND ref = ?2",
                   {incoming.repository, incoming.event.ref});
}

/// What a comparison has found is new where the ref still is where it was looked up. Otherwise
/// it was told of in the meantime.
std::optional<std::int64_t> find_same_as_found(Transaction& transaction, const Incoming& incoming) {
    if (starts_where_ref_is(transaction.db, incoming)) {
        return std::nullopt;
    }
    const auto events = generations(transaction, incoming);
    return events.empty() ? last_movement(transaction.db, incoming) : std::optional(events.back());
}

/// Whether the movement that goes on from this one came first: forges send in no order.
bool comes_late(Connection& db, const Incoming& incoming) {
    Rows rows = db.query(
        "SELECT p.object_id, e.before FROM ref_position p LEFT JOIN event e ON e.id = p.event_id "
        "WHERE p.repository_id = ?1 AND p.ref = ?2",
        {incoming.repository, incoming.event.ref});
    return rows.next() && !starts_at(incoming.event, rows.text(0)) && !rows.is_null(1) &&
           rows.text(1) == incoming.event.after;
}

/// A ref that is gone, from nobody says where.
bool is_bare_deletion(const Event& event) {
    return (event.kind == EventKind::push || event.kind == EventKind::tag) && !event.ref.empty() &&
           event.before.empty() && !event.after.empty() && is_nothing(event.after);
}

/// The last movement, where it ended as this one does and one of the two does not say from where.
std::optional<std::int64_t> find_vague(Connection& db, const Incoming& incoming) {
    const Event& event = incoming.event;
    const bool deleted = is_nothing(event.after);
    if (!deleted && event.kind != EventKind::tag) {
        return std::nullopt;
    }
    Rows rows = db.query(
        "SELECT e.id, e.before FROM ref_position p JOIN event e ON e.id = p.event_id "
        "WHERE p.repository_id = ?1 AND p.ref = ?2 AND p.object_id = ?3",
        {incoming.repository, event.ref, event.after});
    if (!rows.next()) {
        return std::nullopt;
    }
    const std::string before = rows.text(1);
    const bool vague = deleted ? event.before.empty() || before.empty()
                               : is_nothing(event.before) || is_nothing(before);
    return vague ? std::optional(rows.integer(0)) : std::nullopt;
}

/// When an event was told of, as rows of deliveries.
struct Told {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// What a replay told counts as told when that was refused.
Told told(Connection& db, std::int64_t event) {
    Rows rows = db.query(
        "SELECT min(coalesce(r.refused_id, a.delivery_id)), "
        "max(coalesce(r.refused_id, a.delivery_id)) FROM arrival a "
        "LEFT JOIN delivery_replay r ON r.delivery_id = a.delivery_id AND r.made "
        "WHERE a.event_id = ?1",
        {event});
    return rows.next() ? Told{rows.integer(0), rows.integer(1)} : Told{};
}

/// Where a ref was last seen, for a replay.
struct LastSeen {
    std::string position;
    std::optional<std::int64_t> event;  ///< that left it there; nothing: it was found there
    std::int64_t since = 0;  ///< the event's first delivery, or the newest one when it was found
};

std::optional<LastSeen> find_position(Connection& db, const Incoming& incoming) {
    LastSeen seen;
    {
        Rows rows = db.query(
            "SELECT object_id, event_id, found_after FROM ref_position "
            "WHERE repository_id = ?1 AND ref = ?2",
            {incoming.repository, incoming.event.ref});
        if (!rows.next()) {
            return std::nullopt;
        }
        seen.position = rows.text(0);
        seen.event = rows.is_null(1) ? std::nullopt : std::optional(rows.integer(1));
        seen.since = rows.integer(2);
    }
    if (seen.event) {
        seen.since = told(db, *seen.event).first;
    }
    return seen;
}

/// Whether a replayed movement says more of where its ref is than what was told of before.
bool is_news(Connection& db, const Incoming& incoming) {
    const auto seen = find_position(db, incoming);
    return seen ? seen->since < *incoming.refused : starts_at(incoming.event, {});
}

/// The comparison's event, told of since the refusal, that left the ref where the replay does: it
/// stands for all that had been missed.
std::optional<std::int64_t> find_summed_up(Connection& db, const Incoming& incoming) {
    const auto seen = find_position(db, incoming);
    if (!seen || !seen->event || seen->since < *incoming.refused ||
        seen->position != incoming.event.after) {
        return std::nullopt;
    }
    return db.find("SELECT id FROM event WHERE id = ?1 AND source_type = ?2",
                   {*seen->event, k_comparison});
}

/// Which of the events with its identity a replayed movement is; nothing where it is another one.
std::optional<std::int64_t> find_replayed(Connection& db, const Incoming& incoming,
                                          const std::vector<std::int64_t>& events) {
    if (told(db, events.back()).last > *incoming.refused ||
        reports(db, incoming, events, events.size()) <= events.size()) {
        return events.back();
    }
    const auto seen = find_position(db, incoming);
    const bool goes_on =
        seen && seen->since < *incoming.refused && starts_at(incoming.event, seen->position);
    return goes_on ? std::nullopt : std::optional(events.back());
}

}  // namespace

bool moves_ref(const Incoming& incoming) {
    return incoming.identity || is_bare_deletion(incoming.event);
}

Sameness find_same(Transaction& transaction, const Incoming& incoming) {
    Connection& db = transaction.db;
    if (!incoming.identity) {
        return {is_bare_deletion(incoming.event) ? find_vague(db, incoming) : std::nullopt, {}};
    }
    if (incoming.event.source.type == k_comparison) {
        return {find_same_as_found(transaction, incoming), {}};
    }
    auto events = generations(transaction, incoming);
    if (events.empty()) {
        const auto summed = incoming.refused ? find_summed_up(db, incoming) : std::nullopt;
        return {summed ? summed : find_vague(db, incoming), {}};
    }
    if (const auto same = db.find("SELECT id FROM event WHERE ulid = ?1", {incoming.event.id})) {
        return {same, std::move(events)};
    }
    if (incoming.refused) {
        return {find_replayed(db, incoming, events), std::move(events)};
    }
    const std::size_t nth = reports(db, incoming, events, events.size());
    if (nth <= events.size()) {
        return {events[nth - 1], std::move(events)};
    }
    const auto same =
        starts_where_ref_is(db, incoming) ? std::nullopt : std::optional(events.back());
    return {same, std::move(events)};
}

void record_position(Connection& db, const Incoming& incoming, std::int64_t event) {
    // Of a bare deletion nothing tells: most often it comes after the creation.
    if (!is_bare_deletion(incoming.event) && comes_late(db, incoming)) {
        return;
    }
    if (incoming.refused && !is_news(db, incoming)) {
        return;
    }
    db.run(
        "INSERT INTO ref_position (repository_id, ref, object_id, event_id) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (repository_id, ref) "
        "DO UPDATE SET object_id = ?3, event_id = ?4",
        {incoming.repository, incoming.event.ref, incoming.event.after, event});
}

AcceptedEvent answer_duplicate(Connection& db, std::int64_t event) {
    AcceptedEvent answer;
    answer.duplicate = true;
    {
        Rows rows = db.query("SELECT ulid FROM event WHERE id = ?1", {event});
        if (rows.next()) {
            answer.id = EventId(rows.text(0));
        }
    }
    Rows rows = db.query("SELECT id, rule FROM run WHERE event_id = ?1 ORDER BY id", {event});
    while (rows.next()) {
        answer.runs.push_back({RunId(rows.integer(0)), rows.text(1)});
    }
    return answer;
}

Accepted answer_duplicate_delivery(Connection& db, std::int64_t delivery) {
    Accepted accepted;
    accepted.duplicate_delivery = true;
    {
        Rows rows = db.query("SELECT ulid FROM delivery WHERE id = ?1", {delivery});
        accepted.known_as = rows.next() ? DeliveryId(rows.text(0)) : DeliveryId();
    }
    std::vector<std::int64_t> events;
    {
        Rows rows = db.query("SELECT event_id FROM arrival WHERE delivery_id = ?1", {delivery});
        while (rows.next()) {
            events.push_back(rows.integer(0));
        }
    }
    for (const std::int64_t event : events) {
        accepted.events.push_back(answer_duplicate(db, event));
    }
    return accepted;
}

}  // namespace hookd::queue::sqlite
