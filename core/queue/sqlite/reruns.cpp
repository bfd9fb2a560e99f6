#include "core/queue/sqlite/reruns.hpp"

#include "core/queue/sqlite/plan_rows.hpp"
#include "core/queue/sqlite/repeated_body.hpp"

#include <algorithm>
#include <utility>

namespace hookd::queue::sqlite {
namespace {

/// A stored event, as far as a run of it needs to know.
struct StoredEvent {
    std::int64_t key = 0;
    std::int64_t repository = 0;
};

struct Cause {
    RerunCause why = RerunCause::replay;
    const std::string& asked_by;
    std::optional<std::int64_t> replay;
};

StartedRun insert_rerun(Transaction& transaction, const Event& event, const StoredEvent& stored,
                        PlannedRun run, const Cause& cause) {
    // What may be started once was started, or is wanted all the same.
    run.once_key.clear();
    const auto before = transaction.db.find(
        "SELECT count(*) FROM run WHERE event_id = ?1 AND rule = ?2", {stored.key, run.rule});
    StartedRun started = insert_run(transaction, event, stored.key, stored.repository, run);
    transaction.db.run(
        "INSERT INTO rerun (run_id, number, cause, asked_by, replay_id) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        {started.id, before.value_or(0), static_cast<int>(cause.why), cause.asked_by,
         cause.replay});
    return started;
}

/// The event of the delivery that `event`, read from the same body, is.
std::optional<StoredEvent> find_brought(Connection& db, std::int64_t delivery, const Event& event,
                                        std::vector<std::int64_t>& found) {
    Rows rows = db.query(
        "SELECT e.id, e.repository_id FROM arrival a JOIN event e ON e.id = a.event_id "
        "JOIN repository p ON p.id = e.repository_id WHERE a.delivery_id = ?1 AND p.name = ?2 AND "
        "e.kind = ?3 AND e.ref = ?4 AND e.after = ?5 ORDER BY e.id",
        {delivery, event.repository.text(), static_cast<int>(event.kind), event.ref, event.after});
    while (rows.next()) {
        const StoredEvent stored{rows.integer(0), rows.integer(1)};
        if (std::find(found.begin(), found.end(), stored.key) == found.end()) {
            found.push_back(stored.key);
            return stored;
        }
    }
    return std::nullopt;
}

/// A run that left an action in doubt is a person's to decide on, who has seen how it is.
bool has_failed(Connection& db, std::int64_t run, RunState state) {
    return state == RunState::failure &&
           !db.find("SELECT 1 FROM action WHERE run_id = ?1 AND state = ?2 LIMIT 1",
                    {run, static_cast<int>(ActionState::unknown)});
}

/// Whether a redelivery at `now` starts `run`. `received_at` is when the delivery came first.
bool starts_again(Connection& db, const StoredEvent& stored, const PlannedRun& run,
                  WallTime received_at, WallTime latest_start) {
    if (run.redelivery == Redelivery::ignore) {
        return false;
    }
    Rows rows = db.query(
        "SELECT id, state, created_at FROM run WHERE event_id = ?1 AND rule = ?2 "
        "ORDER BY id DESC LIMIT 1",
        {stored.key, run.rule});
    if (!rows.next()) {
        // The rule is new, or matches only now.
        const bool was_started = !run.once_key.empty() &&
                                 db.find("SELECT id FROM run WHERE once_key = ?1", {run.once_key});
        return run.redelivery == Redelivery::rerun && !was_started && received_at <= latest_start;
    }
    const auto state = static_cast<RunState>(rows.integer(1));
    if (!is_final(state) || rows.time(2) > latest_start) {
        return false;
    }
    return run.redelivery == Redelivery::rerun || has_failed(db, rows.integer(0), state);
}

std::string text_of_key(const ReplayRequest& request) {
    return "the idempotency key \"" + request.key + "\"";
}

}  // namespace

Result<std::optional<Replayed>> find_replay(Connection& db, const ReplayRequest& request) {
    if (request.key.empty()) {
        return std::nullopt;
    }
    std::int64_t id = 0;
    Replayed earlier;
    {
        Rows rows = db.query(
            "SELECT r.id, e.ulid, r.rule FROM replay r JOIN event e ON e.id = r.event_id "
            "WHERE r.key = ?1",
            {request.key});
        if (!rows.next()) {
            return std::nullopt;
        }
        id = rows.integer(0);
        earlier.event = EventId(rows.text(1));
        if (earlier.event != request.event || rows.text(2) != request.rule) {
            return fail(ErrorCode::exists, text_of_key(request) +
                                               " was used for another replay, of event " +
                                               earlier.event.text() + ": take a new one");
        }
    }
    earlier.repeated = true;
    Rows rows = db.query(
        "SELECT r.id, r.rule FROM rerun x JOIN run r ON r.id = x.run_id WHERE x.replay_id = ?1 "
        "ORDER BY r.id",
        {id});
    while (rows.next()) {
        earlier.runs.push_back({RunId(rows.integer(0)), rows.text(1)});
    }
    return earlier;
}

Result<Replayed> replay(Transaction& transaction, const ReplayRequest& request,
                        const std::vector<PlannedRun>& runs) {
    Connection& db = transaction.db;
    auto earlier = find_replay(db, request);
    if (!earlier) {
        return fail(earlier.error());
    }
    if (*earlier) {
        return **std::move(earlier);
    }
    StoredEvent stored;
    {
        Rows rows =
            db.query("SELECT id, repository_id FROM event WHERE ulid = ?1", {request.event});
        if (!rows.next()) {
            return fail(ErrorCode::not_found, "there is no event \"" + request.event.text() + "\"");
        }
        stored = {rows.integer(0), rows.integer(1)};
    }
    db.run("INSERT INTO replay (event_id, at, asked_by, rule, key) VALUES (?1, ?2, ?3, ?4, ?5)",
           {stored.key, transaction.now, request.asked_by, request.rule,
            Value::text_or_null(request.key)});
    const Cause cause{RerunCause::replay, request.asked_by, db.last_id()};
    Event event;
    event.id = request.event;
    Replayed replayed{request.event, {}, false, {}};
    for (const PlannedRun& run : runs) {
        replayed.runs.push_back(insert_rerun(transaction, event, stored, run, cause));
    }
    return replayed;
}

std::vector<StartedRun> rerun_redelivered(Transaction& transaction, std::int64_t known,
                                          const Arrival& arrival) {
    Connection& db = transaction.db;
    const Delivery& delivery = arrival.delivery;
    const auto wants = [](const PlannedEvent& planned) {
        return std::any_of(
            planned.plan.runs.begin(), planned.plan.runs.end(),
            [](const PlannedRun& run) { return run.redelivery != Redelivery::ignore; });
    };
    if (!delivery.redelivered_after ||
        std::none_of(arrival.events.begin(), arrival.events.end(), wants) ||
        db.find("SELECT delivery_id FROM refusal WHERE delivery_id = ?1", {known}) ||
        !has_body(db, known, delivery.body)) {
        return {};
    }
    const auto first = db.find("SELECT received_at FROM delivery WHERE id = ?1", {known});
    const WallTime received_at{Milliseconds{first.value_or(0)}};
    const WallTime latest_start = transaction.now - *delivery.redelivered_after;
    const Cause cause{RerunCause::redelivery, delivery.peer, std::nullopt};
    std::vector<StartedRun> started;
    std::vector<std::int64_t> found;
    for (const PlannedEvent& planned : arrival.events) {
        const auto stored = find_brought(db, known, planned.event, found);
        if (!stored) {
            continue;
        }
        Event event;
        {
            Rows rows = db.query("SELECT ulid FROM event WHERE id = ?1", {stored->key});
            event.id = EventId(rows.next() ? rows.text(0) : std::string{});
        }
        for (const PlannedRun& run : planned.plan.runs) {
            if (starts_again(db, *stored, run, received_at, latest_start)) {
                started.push_back(insert_rerun(transaction, event, *stored, run, cause));
            }
        }
    }
    return started;
}

}  // namespace hookd::queue::sqlite
