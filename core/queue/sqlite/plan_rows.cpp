#include "core/queue/sqlite/plan_rows.hpp"

#include "core/queue/sqlite/run_tally.hpp"

#include <algorithm>

namespace hookd::queue::sqlite {
namespace {

/// The event whose run has used the key; empty where none has.
std::string user_of(Connection& db, const std::string& once_key) {
    Rows rows =
        db.query("SELECT e.ulid FROM run r JOIN event e ON e.id = r.event_id WHERE r.once_key = ?1",
                 {once_key});
    return rows.next() ? rows.text(0) : std::string{};
}

void say_not_again(std::vector<Decision>& decisions, const std::string& rule,
                   const std::string& event) {
    const auto of_rule = [&rule](const Decision& decision) { return decision.rule == rule; };
    auto decision = std::find_if(decisions.begin(), decisions.end(), of_rule);
    if (decision == decisions.end()) {
        decision = decisions.insert(decisions.end(), Decision{rule, false, {}, {}});
    }
    decision->matched = false;
    decision->clause = "once";
    decision->seen = "already started by event " + event;
}

void insert_needs(Connection& db, ActionId action, const PlannedAction& planned,
                  const std::vector<ActionId>& actions) {
    for (const PlannedNeed& need : planned.needs) {
        db.run("INSERT INTO need (action_id, needed_id, condition) VALUES (?1, ?2, ?3)",
               {action, actions[need.action], static_cast<int>(need.condition)});
    }
}

ActionState initial_state(Connection& db, const PlannedAction& planned) {
    if (!planned.needs.empty()) {
        return ActionState::blocked;
    }
    const bool held =
        !planned.group.empty() &&
        db.find("SELECT action_id FROM queue WHERE group_key = ?1 LIMIT 1", {planned.group});
    return held ? ActionState::waiting : ActionState::ready;
}

void insert_actions(Transaction& transaction, RunId run, std::int64_t repository,
                    const std::vector<PlannedAction>& planned) {
    Connection& db = transaction.db;
    std::vector<ActionId> actions;
    for (const PlannedAction& action : planned) {
        const ActionState state = initial_state(db, action);
        db.run(
            "INSERT INTO action (run_id, timeout_ms, name, handler, spec) "
            "VALUES (?1, ?2, ?3, ?4, ?5)",
            {run, action.timeout, action.name, action.handler, action.spec});
        const ActionId id(db.last_id());
        actions.push_back(id);
        db.run(
            "INSERT INTO queue (action_id, run_id, repository_id, state, needs_open, on_lost, "
            "ready_at, group_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            {id, run, repository, static_cast<int>(state), action.needs.size(),
             static_cast<int>(action.on_lost),
             state == ActionState::ready ? Value(transaction.now) : Value(std::nullopt),
             Value::text_or_null(action.group)});
        insert_needs(db, id, action, actions);
        transaction.something_ready = transaction.something_ready || state == ActionState::ready;
    }
}

}  // namespace

OnceChecked check_once(Connection& db, const PlannedEvent& planned) {
    OnceChecked checked;
    for (const PlannedRun& run : planned.plan.runs) {
        std::string user = run.once_key.empty() ? std::string{} : user_of(db, run.once_key);
        for (const PlannedRun* earlier : checked.runs) {
            if (!run.once_key.empty() && earlier->once_key == run.once_key) {
                user = planned.event.id.text();
            }
        }
        if (user.empty()) {
            checked.runs.push_back(&run);
            continue;
        }
        if (!checked.changed) {
            checked.decisions = planned.plan.decisions;
            checked.changed = true;
        }
        say_not_again(checked.decisions, run.rule, user);
    }
    return checked;
}

StartedRun insert_run(Transaction& transaction, const Event& event, std::int64_t event_key,
                      std::int64_t repository_key, const PlannedRun& run) {
    const RunState state = RunTally::initial_state(run.actions.size());
    const Value ended = is_final(state) ? Value(transaction.now) : Value(std::nullopt);
    transaction.db.run(
        "INSERT INTO run (event_id, repository_id, state, n_idle, created_at, started_at, "
        "finished_at, rule, rule_hash, object_id, once_key) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10)",
        {event_key, repository_key, static_cast<int>(state), run.actions.size(), transaction.now,
         ended, run.rule, run.rule_hash, run.commit, Value::text_or_null(run.once_key)});
    const RunId id(transaction.db.last_id());
    transaction.changes.push_back(
        {Change::Kind::run, event.id, id, {}, std::string(to_text(state))});
    insert_actions(transaction, id, repository_key, run.actions);
    return {id, run.rule};
}

}  // namespace hookd::queue::sqlite
