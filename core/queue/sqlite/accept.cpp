#include "core/queue/sqlite/accept.hpp"

#include "core/model/event_json.hpp"
#include "core/queue/sqlite/body_column.hpp"
#include "core/queue/sqlite/duplicates.hpp"
#include "core/queue/sqlite/plan_rows.hpp"
#include "core/queue/sqlite/refusals.hpp"
#include "core/queue/sqlite/repeated_body.hpp"
#include "core/queue/sqlite/reruns.hpp"
#include "core/queue/sqlite/stored_form.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace hookd::queue::sqlite {
namespace {

/// The delivery's row under this key; nothing where a delivery with this id is there already.
std::optional<std::int64_t> insert_delivery(Connection& db, const Delivery& delivery,
                                            std::string_view key, const std::string& headers,
                                            const PackedBody& body, std::int64_t source) {
    const BodyColumn column(db, body.bytes());
    db.run(
        "INSERT INTO delivery (ulid, source_id, key, received_at, provider, event, peer, headers, "
        "body, size_before) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
        "ON CONFLICT (ulid) DO NOTHING",
        {delivery.id, source, Value::text_or_null(key), delivery.received_at, delivery.provider,
         delivery.event, delivery.peer, headers, column.value(), body.size_before()});
    if (db.changed() != 1) {
        return std::nullopt;
    }
    const std::int64_t row = db.last_id();
    column.fill(row);
    return row;
}

/// The stored delivery that came from the source under this key.
std::optional<std::int64_t> find_by_key(Transaction& transaction, const Delivery& delivery,
                                        std::int64_t source, std::int64_t key_hash) {
    Connection& db = transaction.db;
    for (const std::int64_t row : transaction.memory.index.find(db, key_hash)) {
        if (const auto found =
                db.find("SELECT id FROM delivery WHERE id = ?1 AND source_id = ?2 AND key = ?3",
                        {row, source, delivery.key})) {
            return found;
        }
    }
    return std::nullopt;
}

/// As which the refused delivery was taken when it was read once more before.
std::optional<std::int64_t> find_taken(Connection& db, std::int64_t refused) {
    return db.find("SELECT delivery_id FROM delivery_replay WHERE refused_id = ?1", {refused});
}

/// Whether a replay has made the delivery that it was taken as.
enum class Made { no, yes };

void note_taken(Connection& db, std::int64_t refused, std::int64_t delivery, Made made,
                const std::string& asked_by) {
    db.run(
        "INSERT INTO delivery_replay (refused_id, delivery_id, made, asked_by) "
        "SELECT delivery_id, ?2, ?3, ?4 FROM refusal WHERE delivery_id = ?1 AND verdict = ?5",
        {refused, delivery, static_cast<int>(made), asked_by,
         static_cast<int>(Verdict::Kind::refused)});
}

/// The event's row; nothing where an event with this id is there already.
std::optional<std::int64_t> insert_event(Connection& db, const Incoming& incoming,
                                         const std::string& decisions, const std::string& json) {
    const Event& event = incoming.event;
    db.run(
        "INSERT INTO event (ulid, repository_id, kind, identity, received_at, change, ref, "
        "before, after, source_type, decisions, json) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (ulid) DO NOTHING",
        {event.id, incoming.repository, static_cast<int>(event.kind), incoming.identity,
         event.source.received_at, event.change, event.ref, event.before, event.after,
         event.source.type, decisions, json});
    return db.changed() == 1 ? std::optional(db.last_id()) : std::nullopt;
}

void link(Connection& db, const Incoming& incoming, std::int64_t event) {
    db.run("INSERT OR IGNORE INTO arrival (delivery_id, event_id) VALUES (?1, ?2)",
           {incoming.delivery, event});
}

/// Whether somebody else than its sender may have sent the delivery under another key.
bool may_be_repeated(const Delivery& delivery) {
    return !delivery.key.empty() && !delivery.key_is_proven && !delivery.body.empty();
}

/// Writes down that the delivery `key` has the body of the delivery `earlier`.
void note_repeated(Connection& db, std::int64_t key, std::int64_t source, std::int64_t earlier) {
    Delivery noted;
    {
        Rows rows = db.query("SELECT ulid FROM delivery WHERE id = ?1", {earlier});
        noted.verdict = {Verdict::Kind::suspicious, 200, "repeated_body",
                         "the body of delivery " + (rows.next() ? rows.text(0) : std::string{}) +
                             " under another delivery id"};
    }
    insert_refusal(db, noted, key, source, false);
}

/// Nothing but the delivery is new: its events are those that brought this body first.
Accepted answer_repeated(Connection& db, std::int64_t key, std::int64_t earlier) {
    Accepted accepted;
    accepted.suspicious = true;
    std::vector<std::int64_t> events;
    {
        Rows rows = db.query(
            "SELECT event_id FROM arrival WHERE delivery_id = ?1 ORDER BY event_id", {earlier});
        while (rows.next()) {
            events.push_back(rows.integer(0));
        }
    }
    for (const std::int64_t event : events) {
        db.run("INSERT INTO arrival (delivery_id, event_id) VALUES (?1, ?2)", {key, event});
        accepted.events.push_back(answer_duplicate(db, event));
    }
    return accepted;
}

AcceptedEvent store_event(Transaction& transaction, const Incoming& incoming,
                          const PlannedEvent& planned, const AcceptTask::Prepared& prepared,
                          std::optional<std::int64_t> same) {
    Connection& db = transaction.db;
    if (same) {
        link(db, incoming, *same);
        return answer_duplicate(db, *same);
    }
    const OnceChecked once = check_once(db, planned);
    const auto key = insert_event(
        db, incoming, once.changed ? decisions_to_text(once.decisions) : prepared.decisions,
        prepared.json);
    if (!key) {
        same = db.find("SELECT id FROM event WHERE ulid = ?1", {planned.event.id});
        link(db, incoming, same.value_or(0));
        return answer_duplicate(db, same.value_or(0));
    }
    link(db, incoming, *key);
    if (incoming.identity) {
        transaction.memory.index.add(*incoming.identity, *key);
    }
    if (moves_ref(incoming)) {
        record_position(db, incoming, *key);
    }
    transaction.changes.push_back({Change::Kind::event, planned.event.id, {}, {}, {}});
    AcceptedEvent accepted{planned.event.id, false, {}};
    for (const PlannedRun* run : once.runs) {
        accepted.runs.push_back(
            insert_run(transaction, planned.event, *key, incoming.repository, *run));
    }
    return accepted;
}

Status check_run(const PlannedRun& run) {
    const auto wrong = [&run](const std::string& what) {
        return fail(ErrorCode::invalid, "the plan of rule \"" + run.rule + "\" " + what);
    };
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < run.actions.size(); ++i) {
        const PlannedAction& action = run.actions[i];
        if (!names.insert(action.name).second) {
            return wrong("has two actions \"" + action.name + "\"");
        }
        std::set<std::size_t> needed;
        for (const PlannedNeed& need : action.needs) {
            if (need.action >= i) {
                return wrong("has action \"" + action.name +
                             "\" need one that does not come first");
            }
            if (!needed.insert(need.action).second) {
                return wrong("has action \"" + action.name + "\" need another one twice");
            }
        }
    }
    return {};
}

}  // namespace

Status AcceptTask::check(const Arrival& arrival) {
    if (!arrival.delivery.id) {
        return fail(ErrorCode::invalid, "the delivery has no id");
    }
    if (arrival.delivery.verdict.kind != Verdict::Kind::accepted) {
        return fail(ErrorCode::invalid, "a delivery that was not taken brings no events");
    }
    for (const PlannedEvent& planned : arrival.events) {
        if (!planned.event.id) {
            return fail(ErrorCode::invalid, "an event of the delivery has no id");
        }
        for (const PlannedRun& run : planned.plan.runs) {
            if (auto sound = check_run(run); !sound) {
                return sound;
            }
        }
    }
    return {};
}

AcceptTask::AcceptTask(Arrival arrival, AcceptDone done)
    : arrival_(std::move(arrival)),
      done_(std::move(done)),
      headers_(headers_to_text(arrival_.delivery.headers)),
      body_(arrival_.delivery.body),
      bytes_(arrival_.delivery.body.size() + headers_.size()) {
    prepared_.reserve(arrival_.events.size());
    for (const PlannedEvent& planned : arrival_.events) {
        Prepared prepared{to_json_text(planned.event), decisions_to_text(planned.plan.decisions),
                          std::nullopt};
        if (planned.event.is_ref_change()) {
            prepared.identity = identity_hash(planned.event);
        }
        bytes_ += prepared.json.size() + prepared.decisions.size();
        prepared_.push_back(std::move(prepared));
    }
    if (const Delivery& delivery = arrival_.delivery; !delivery.key.empty()) {
        key_hash_ = delivery_hash(delivery.source, delivery.key);
    }
    body_hash_ = hash_of_body();
}

std::optional<std::int64_t> AcceptTask::hash_of_body() const {
    // Most deliveries are pushes, and their movements lead to them without one more entry.
    const auto is_known_otherwise = [](const PlannedEvent& planned) {
        return planned.event.is_ref_change() || planned.event.kind == EventKind::ping;
    };
    const Delivery& delivery = arrival_.delivery;
    if (!may_be_repeated(delivery) ||
        std::all_of(arrival_.events.begin(), arrival_.events.end(), is_known_otherwise)) {
        return std::nullopt;
    }
    return body_hash(delivery.source, delivery.body);
}

AcceptTask::StoredDelivery AcceptTask::store_delivery(Transaction& transaction, std::int64_t source,
                                                      std::optional<std::int64_t> refused) const {
    Connection& db = transaction.db;
    const Delivery& delivery = arrival_.delivery;
    const auto note = [&](std::int64_t taken_as, Made made) {
        note_taken(db, *refused, taken_as, made, delivery.replay_of->asked_by);
    };
    if (refused) {
        if (const auto taken = find_taken(db, *refused)) {
            return {*taken, false};
        }
    }
    std::string_view key = delivery.key;
    if (const auto known =
            key_hash_ ? find_by_key(transaction, delivery, source, *key_hash_) : std::nullopt) {
        if (!refused) {
            return {*known, false};
        }
        if (has_body(db, *known, delivery.body)) {
            note(*known, Made::no);
            return {*known, false};
        }
        // Ids are seldom proven. What came under this one meanwhile is something else.
        key = {};
    }
    const auto inserted = insert_delivery(db, delivery, key, headers_, body_, source);
    if (!inserted) {
        const auto known = db.find("SELECT id FROM delivery WHERE ulid = ?1", {delivery.id});
        return {known.value_or(0), false};
    }
    if (!key.empty()) {
        transaction.memory.index.add(*key_hash_, *inserted);
    }
    if (refused) {
        note(*inserted, Made::yes);
    }
    return {*inserted, true};
}

void AcceptTask::apply(Transaction& transaction) {
    accepted_ = {};
    const Delivery& delivery = arrival_.delivery;
    Connection& db = transaction.db;
    const std::int64_t source = source_key(transaction, delivery.source);
    const auto refused = delivery.replay_of ? db.find("SELECT id FROM delivery WHERE ulid = ?1",
                                                      {delivery.replay_of->refused})
                                            : std::nullopt;
    const auto [key, is_new] = store_delivery(transaction, source, refused);
    if (!is_new) {
        if (!refused) {
            db.run("UPDATE delivery SET arrivals = arrivals + 1 WHERE id = ?1", {key});
        }
        accepted_ = answer_duplicate_delivery(db, key);
        accepted_.reruns = rerun_redelivered(transaction, key, arrival_);
        return;
    }
    std::optional<std::int64_t> repeated;
    if (body_hash_) {
        repeated = find_repeated(transaction, source, *body_hash_, delivery.body);
        if (repeated) {
            accepted_ = answer_repeated(db, key, *repeated);
            note_repeated(db, key, source, *repeated);
            return;
        }
        transaction.memory.index.add(*body_hash_, key);
    }
    for (std::size_t i = 0; i < arrival_.events.size(); ++i) {
        const PlannedEvent& planned = arrival_.events[i];
        const Incoming incoming{planned.event,
                                prepared_[i].identity,
                                repository_key(transaction, planned.event.repository.text()),
                                key,
                                source,
                                refused};
        auto [same, earlier] = find_same(transaction, incoming);
        if (!earlier.empty() && may_be_repeated(delivery)) {
            const auto found = find_repeated_of(db, source, key, earlier, delivery.body);
            if (found && !same && planned.is_comparable) {
                // The ref may be where this starts, for all we were told. Comparing it tells.
                same = earlier.back();
                accepted_.to_compare.push_back(planned.event.repository.text());
            }
            repeated = repeated ? repeated : found;
        }
        accepted_.events.push_back(store_event(transaction, incoming, planned, prepared_[i], same));
    }
    accepted_.suspicious = repeated.has_value();
    if (repeated) {
        note_repeated(db, key, source, *repeated);
    }
}

void AcceptTask::done(const Status& committed) {
    // Whoever is told may keep us for a while, and the body may be large.
    if (bytes_ > k_most_spent_bytes_of_one) {
        arrival_ = {};
    }
    done_(committed ? Result<Accepted>(std::move(accepted_))
                    : Result<Accepted>(fail(committed.error())));
}

}  // namespace hookd::queue::sqlite
