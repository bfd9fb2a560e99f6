#include "core/queue/sqlite/actions.hpp"

#include "core/base/text.hpp"

#include <deque>
#include <vector>

namespace hookd::queue::sqlite {
namespace {

struct Ended {
    ActionId id;
    std::string name;
    ActionState state;
};

struct Edge {
    ActionId needing;
    NeedCondition condition;
    std::int64_t needs_open;
    std::string group;
    std::string name;
};

OpenAction read_open(const Rows& rows) {
    OpenAction action;
    action.id = ActionId(rows.integer(0));
    action.run = RunId(rows.integer(1));
    action.state = static_cast<ActionState>(rows.integer(2));
    action.on_lost = static_cast<OnLost>(rows.integer(3));
    action.losses = rows.integer(4);
    action.fence = Fence(rows.integer(5));
    action.cancel_wanted = !rows.is_null(6);
    action.cancel_reason = rows.text(7);
    action.group = rows.text(8);
    return action;
}

void make_ready(Transaction& transaction, ActionId action) {
    transaction.db.run("UPDATE queue SET state = 2, ready_at = ?2 WHERE action_id = ?1",
                       {action, transaction.now});
    transaction.something_ready = true;
}

/// Of a group only the first unfinished action may run: ids grow with the runs and, within a run,
/// with the order of the actions.
std::optional<std::int64_t> first_of_group(Connection& db, const std::string& group) {
    return db.find("SELECT action_id FROM queue WHERE group_key = ?1 ORDER BY action_id LIMIT 1",
                   {group});
}

void let_next_of_group_go(Transaction& transaction, const std::string& group) {
    Connection& db = transaction.db;
    const auto first = first_of_group(db, group);
    if (!first) {
        return;
    }
    RunId run;
    {
        Rows rows =
            db.query("SELECT run_id FROM queue WHERE action_id = ?1 AND state = 1", {*first});
        if (!rows.next()) {
            return;
        }
        run = RunId(rows.integer(0));
    }
    make_ready(transaction, ActionId(*first));
    tell_action(transaction, RunTally::load(db, run), ActionId(*first), ActionState::ready);
}

std::vector<Edge> edges_to(Connection& db, ActionId needed) {
    std::vector<Edge> edges;
    Rows rows = db.query(
        "SELECT n.action_id, n.condition, q.needs_open, q.group_key, a.name FROM need n "
        "JOIN queue q ON q.action_id = n.action_id JOIN action a ON a.id = n.action_id "
        "WHERE n.needed_id = ?1 ORDER BY n.action_id",
        {needed});
    while (rows.next()) {
        edges.push_back({ActionId(rows.integer(0)), static_cast<NeedCondition>(rows.integer(1)),
                         rows.integer(2), rows.text(3), rows.text(4)});
    }
    return edges;
}

void count_need(Transaction& transaction, const RunTally& tally, const Edge& edge) {
    Connection& db = transaction.db;
    db.run("UPDATE queue SET needs_open = needs_open - 1 WHERE action_id = ?1", {edge.needing});
    if (edge.needs_open > 1) {
        return;
    }
    const bool held = !edge.group.empty() && first_of_group(db, edge.group) != edge.needing.value;
    if (held) {
        db.run("UPDATE queue SET state = 1 WHERE action_id = ?1", {edge.needing});
    } else {
        make_ready(transaction, edge.needing);
    }
    tell_action(transaction, tally, edge.needing, held ? ActionState::waiting : ActionState::ready);
}

/// Writes down the end of one action; what needs it is the caller's.
void close(Transaction& transaction, RunTally& tally, ActionId action, ActionState from,
           ActionState to, std::string_view reason) {
    transaction.db.run("DELETE FROM queue WHERE action_id = ?1", {action});
    transaction.db.run("UPDATE action SET state = ?2, reason = ?3, finished_at = ?4 WHERE id = ?1",
                       {action, static_cast<int>(to), reason, transaction.now});
    tally.move(from, to);
    tell_action(transaction, tally, action, to);
}

std::string name_of(Connection& db, ActionId action) {
    Rows rows = db.query("SELECT name FROM action WHERE id = ?1", {action});
    return rows.next() ? rows.text(0) : std::string{};
}

}  // namespace

std::optional<OpenAction> find_open(Connection& db, ActionId action) {
    Rows rows = db.query(
        "SELECT action_id, run_id, state, on_lost, losses, fence, cancel_at, cancel_reason, "
        "group_key FROM queue WHERE action_id = ?1",
        {action});
    return rows.next() ? std::optional(read_open(rows)) : std::nullopt;
}

std::optional<OpenAction> find_held(Connection& db, Fence fence) {
    Rows rows = db.query(
        "SELECT action_id, run_id, state, on_lost, losses, fence, cancel_at, cancel_reason, "
        "group_key FROM queue WHERE action_id = (SELECT action_id FROM attempt WHERE id = ?1) "
        "AND fence = ?1 AND state = 3",
        {fence});
    return rows.next() ? std::optional(read_open(rows)) : std::nullopt;
}

void end_action(Transaction& transaction, RunTally& tally, const OpenAction& action,
                ActionState state, std::string_view reason) {
    Connection& db = transaction.db;
    close(transaction, tally, action.id, action.state, state, reason);
    std::vector<std::string> groups = {action.group};
    std::deque<Ended> ended = {{action.id, name_of(db, action.id), state}};
    for (; !ended.empty(); ended.pop_front()) {
        const Ended needed = ended.front();
        for (const Edge& edge : edges_to(db, needed.id)) {
            if (is_met(edge.condition, needed.state)) {
                count_need(transaction, tally, edge);
                continue;
            }
            const std::string why =
                "needs \"" + needed.name + "\", which ended " + std::string(to_text(needed.state));
            close(transaction, tally, edge.needing, ActionState::blocked, ActionState::skipped,
                  why);
            groups.push_back(edge.group);
            ended.push_back({edge.needing, edge.name, ActionState::skipped});
        }
    }
    for (const std::string& group : groups) {
        if (!group.empty()) {
            let_next_of_group_go(transaction, group);
        }
    }
}

void release_action(Transaction& transaction, RunTally& tally, const OpenAction& action) {
    transaction.db.run(
        "UPDATE queue SET fence = NULL, node_id = NULL, lease_until = NULL, lease_ms = NULL "
        "WHERE action_id = ?1",
        {action.id});
    make_ready(transaction, action.id);
    tally.move(action.state, ActionState::ready);
    tell_action(transaction, tally, action.id, ActionState::ready);
}

void tell_action(Transaction& transaction, const RunTally& tally, ActionId action,
                 ActionState state) {
    transaction.changes.push_back(
        {Change::Kind::action, tally.event(), tally.run(), action, std::string(to_text(state))});
}

}  // namespace hookd::queue::sqlite
