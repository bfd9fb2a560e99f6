#include "core/queue/sqlite/read.hpp"

#include <limits>
#include <map>

namespace hookd::queue::sqlite {
namespace {

// Every list of runs starts with the same columns.
RunRecord read_record(const Rows& rows) {
    RunRecord record;
    record.id = RunId(rows.integer(0));
    record.event = EventId(rows.text(1));
    record.repository = rows.text(2);
    record.rule = rows.text(3);
    record.ref = rows.text(4);
    record.commit = rows.text(5);
    record.state = static_cast<RunState>(rows.integer(6));
    record.created_at = rows.time(7);
    record.started_at = rows.maybe_time(8);
    record.finished_at = rows.maybe_time(9);
    if (!rows.is_null(10)) {
        record.rerun =
            Rerun{rows.integer(10), static_cast<RerunCause>(rows.integer(11)), rows.text(12)};
    }
    return record;
}

std::vector<RunRecord> read_records(Rows rows) {
    std::vector<RunRecord> records;
    while (rows.next()) {
        records.push_back(read_record(rows));
    }
    return records;
}

/// Why an action that has not ended is where it is.
std::string reason_of(ActionState state, std::int64_t losses, const std::string& group) {
    if (state == ActionState::waiting) {
        return "another one of \"" + group + "\" goes first";
    }
    if (losses > 0 && !is_final(state)) {
        return "its worker was lost " + std::to_string(losses) + (losses == 1 ? " time" : " times");
    }
    return {};
}

std::vector<ActionRecord> read_actions(Connection& db, RunId run) {
    std::vector<ActionRecord> actions;
    Rows rows = db.query(
        "SELECT a.id, a.name, a.handler, coalesce(a.state, q.state), a.reason, q.losses, "
        "q.group_key FROM action a LEFT JOIN queue q ON q.action_id = a.id WHERE a.run_id = ?1 "
        "ORDER BY a.id",
        {run});
    while (rows.next()) {
        ActionRecord action;
        action.id = ActionId(rows.integer(0));
        action.name = rows.text(1);
        action.handler = rows.text(2);
        action.state = static_cast<ActionState>(rows.integer(3));
        action.reason = is_final(action.state)
                            ? rows.text(4)
                            : reason_of(action.state, rows.integer(5), rows.text(6));
        actions.push_back(std::move(action));
    }
    return actions;
}

using ById = std::map<std::int64_t, ActionRecord*>;

void read_needs(Connection& db, RunId run, const ById& actions) {
    Rows rows = db.query(
        "SELECT n.action_id, b.name FROM action a JOIN need n ON n.action_id = a.id "
        "JOIN action b ON b.id = n.needed_id WHERE a.run_id = ?1 ORDER BY n.action_id, n.needed_id",
        {run});
    while (rows.next()) {
        actions.at(rows.integer(0))->needs.push_back(rows.text(1));
    }
}

void read_outputs(Connection& db, RunId run, const ById& actions) {
    Rows rows = db.query(
        "SELECT o.action_id, o.name, o.value FROM action a JOIN output o ON o.action_id = a.id "
        "WHERE a.run_id = ?1 ORDER BY o.action_id, o.name",
        {run});
    while (rows.next()) {
        actions.at(rows.integer(0))->outputs.emplace_back(rows.text(1), rows.text(2));
    }
}

void read_attempts(Connection& db, RunId run, const ById& actions) {
    Rows rows = db.query(
        "SELECT t.action_id, t.id, t.number, t.started_at, t.ended_at, t.outcome, t.reason, "
        "t.exit_code, t.signal, t.cpu_ms, t.peak_memory_bytes, t.log_bytes, t.log_dropped_bytes "
        "FROM action a JOIN attempt t ON t.action_id = a.id WHERE a.run_id = ?1 ORDER BY t.id",
        {run});
    while (rows.next()) {
        AttemptRecord attempt;
        attempt.fence = Fence(rows.integer(1));
        attempt.number = static_cast<int>(rows.integer(2));
        attempt.started_at = rows.time(3);
        attempt.ended_at = rows.maybe_time(4);
        attempt.outcome = rows.text(5);
        attempt.reason = rows.text(6);
        attempt.exit_code = rows.maybe_int(7);
        attempt.signal = rows.maybe_int(8);
        attempt.cpu = Milliseconds(rows.integer(9));
        attempt.peak_memory_bytes = rows.integer(10);
        attempt.log_bytes = rows.integer(11);
        attempt.log_dropped_bytes = rows.integer(12);
        actions.at(rows.integer(0))->attempts.push_back(std::move(attempt));
    }
}

}  // namespace

Result<std::vector<RunRecord>> read_runs(Connection& db, const RunFilter& filter) {
    const Value before =
        filter.before ? Value(*filter.before) : Value(std::numeric_limits<std::int64_t>::max());
    const Value state = filter.state ? Value(static_cast<int>(*filter.state)) : Value(std::nullopt);
    const Value limit(rows_of(filter.limit));
    if (!filter.repository.empty()) {
        return read_records(db.query(
            "SELECT r.id, e.ulid, p.name, r.rule, e.ref, r.object_id, r.state, r.created_at, "
            "r.started_at, r.finished_at, x.number, x.cause, x.asked_by FROM (SELECT id FROM run "
            "INDEXED BY run_by_repository "
            "WHERE repository_id = (SELECT id FROM repository WHERE name = ?4) AND id < ?1 AND "
            "(?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3) l JOIN run r ON r.id = l.id "
            "JOIN event e ON e.id = r.event_id JOIN repository p ON p.id = r.repository_id "
            "LEFT JOIN rerun x ON x.run_id = r.id ORDER BY r.id DESC",
            {before, state, limit, filter.repository}));
    }
    if (filter.state) {
        return read_records(db.query(
            "SELECT r.id, e.ulid, p.name, r.rule, e.ref, r.object_id, r.state, r.created_at, "
            "r.started_at, r.finished_at, x.number, x.cause, x.asked_by FROM (SELECT id FROM run "
            "INDEXED BY run_by_state WHERE "
            "state = ?2 AND id < ?1 ORDER BY id DESC LIMIT ?3) l JOIN run r ON r.id = l.id "
            "JOIN event e ON e.id = r.event_id JOIN repository p ON p.id = r.repository_id "
            "LEFT JOIN rerun x ON x.run_id = r.id ORDER BY r.id DESC",
            {before, state, limit}));
    }
    return read_records(
        db.query("SELECT r.id, e.ulid, p.name, r.rule, e.ref, r.object_id, r.state, r.created_at, "
                 "r.started_at, r.finished_at, x.number, x.cause, x.asked_by FROM (SELECT id FROM "
                 "run WHERE id < ?1 ORDER BY id DESC "
                 "LIMIT ?2) l JOIN run r ON r.id = l.id JOIN event e ON e.id = r.event_id "
                 "JOIN repository p ON p.id = r.repository_id "
                 "LEFT JOIN rerun x ON x.run_id = r.id ORDER BY r.id DESC",
                 {before, limit}));
}

Result<RunDetail> read_run(Connection& db, RunId id) {
    RunDetail detail;
    {
        Rows rows = db.query(
            "SELECT r.id, e.ulid, p.name, r.rule, e.ref, r.object_id, r.state, r.created_at, "
            "r.started_at, r.finished_at, x.number, x.cause, x.asked_by, r.rule_hash FROM run r "
            "JOIN event e ON e.id = r.event_id "
            "JOIN repository p ON p.id = r.repository_id LEFT JOIN rerun x ON x.run_id = r.id "
            "WHERE r.id = ?1",
            {id});
        if (!rows.next()) {
            return fail(ErrorCode::not_found, "there is no run " + id.text());
        }
        detail.run = read_record(rows);
        detail.rule_hash = rows.text(13);
    }
    detail.actions = read_actions(db, id);
    ById by_id;
    for (ActionRecord& action : detail.actions) {
        by_id.emplace(action.id.value, &action);
    }
    read_needs(db, id, by_id);
    read_outputs(db, id, by_id);
    read_attempts(db, id, by_id);
    return detail;
}

}  // namespace hookd::queue::sqlite
