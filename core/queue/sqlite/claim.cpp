#include "core/queue/sqlite/actions.hpp"
#include "core/queue/sqlite/attempts.hpp"

namespace hookd::queue::sqlite {
namespace {

struct Turn {
    std::int64_t repository = 0;
    ActionId action;
};

std::optional<Turn> read_turn(Rows rows) {
    return rows.next() ? std::optional(Turn{rows.integer(0), ActionId(rows.integer(1))})
                       : std::nullopt;
}

/// The oldest ready action of the repository after the one that was served last.
std::optional<Turn> next_turn(Connection& db, std::int64_t last) {
    auto turn = read_turn(db.query(
        "SELECT repository_id, action_id FROM queue WHERE state = 2 AND repository_id > ?1 "
        "ORDER BY repository_id, action_id LIMIT 1",
        {last}));
    if (!turn) {
        turn =
            read_turn(db.query("SELECT repository_id, action_id FROM queue WHERE state = 2 "
                               "ORDER BY repository_id, action_id LIMIT 1"));
    }
    return turn;
}

std::optional<Claim> read_claim(Connection& db, ActionId action) {
    Rows rows = db.query(
        "SELECT a.run_id, e.ulid, p.name, r.rule, a.name, a.handler, a.spec, r.object_id, "
        "q.tries, a.timeout_ms, x.cause FROM queue q JOIN action a ON a.id = q.action_id "
        "JOIN run r ON r.id = q.run_id JOIN event e ON e.id = r.event_id "
        "JOIN repository p ON p.id = q.repository_id LEFT JOIN rerun x ON x.run_id = q.run_id "
        "WHERE q.action_id = ?1",
        {action});
    if (!rows.next()) {
        return std::nullopt;
    }
    Claim claim;
    claim.action = action;
    claim.run = RunId(rows.integer(0));
    claim.event = EventId(rows.text(1));
    claim.repository = rows.text(2);
    claim.rule = rows.text(3);
    claim.name = rows.text(4);
    claim.handler = rows.text(5);
    claim.spec = rows.text(6);
    claim.commit = rows.text(7);
    claim.attempt = static_cast<int>(rows.integer(8)) + 1;
    claim.timeout = Milliseconds(rows.integer(9));
    if (!rows.is_null(10)) {
        claim.rerun = static_cast<RerunCause>(rows.integer(10));
    }
    return claim;
}

void read_inputs(Connection& db, Claim& claim) {
    Rows rows = db.query(
        "SELECT a.name, o.name, o.value FROM need n JOIN action a ON a.id = n.needed_id "
        "JOIN output o ON o.action_id = n.needed_id WHERE n.action_id = ?1 "
        "ORDER BY n.needed_id, o.name",
        {claim.action});
    while (rows.next()) {
        claim.inputs.emplace_back(rows.text(0), rows.text(1), rows.text(2));
    }
}

void start(Transaction& transaction, const ClaimRequest& request, Claim& claim) {
    Connection& db = transaction.db;
    db.run("INSERT INTO attempt (action_id, node_id, number, started_at) VALUES (?1, ?2, ?3, ?4)",
           {claim.action, request.node, claim.attempt, transaction.now});
    claim.fence = Fence(db.last_id());
    db.run(
        "UPDATE queue SET state = 3, tries = tries + 1, fence = ?2, node_id = ?3, "
        "lease_until = ?4, lease_ms = ?5 WHERE action_id = ?1",
        {claim.action, claim.fence, request.node, transaction.now + request.lease, request.lease});
    transaction.memory.leases[claim.fence.value] = transaction.boot + request.lease;
    RunTally tally = RunTally::load(db, claim.run);
    tally.move(ActionState::ready, ActionState::running);
    tally.save(transaction);
    tell_action(transaction, tally, claim.action, ActionState::running);
}

}  // namespace

Result<Claimed> claim(Transaction& transaction, const ClaimRequest& request) {
    Claimed claimed;
    while (claimed.claims.size() < request.most) {
        const auto turn = next_turn(transaction.db, transaction.memory.last_turn);
        auto claim = turn ? read_claim(transaction.db, turn->action) : std::nullopt;
        if (!claim) {
            break;
        }
        transaction.memory.last_turn = turn->repository;
        read_inputs(transaction.db, *claim);
        start(transaction, request, *claim);
        claimed.claims.push_back(*std::move(claim));
    }
    return claimed;
}

}  // namespace hookd::queue::sqlite
