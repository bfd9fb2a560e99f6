#include "core/queue/sqlite/actions.hpp"
#include "core/queue/sqlite/attempts.hpp"

namespace hookd::queue::sqlite {
namespace {

void write_outcome(Transaction& transaction, Fence fence, const Outcome& outcome) {
    transaction.db.run(
        "UPDATE attempt SET ended_at = ?2, outcome = ?3, reason = ?4, exit_code = ?5, "
        "signal = ?6, cpu_ms = ?7, peak_memory_bytes = ?8, log_bytes = ?9, "
        "log_dropped_bytes = ?10 WHERE id = ?1",
        {fence, transaction.now, to_text(outcome.state), outcome.reason, outcome.exit_code,
         outcome.signal, outcome.cpu, outcome.peak_memory_bytes, outcome.log_bytes,
         outcome.log_dropped_bytes});
}

void write_outputs(Transaction& transaction, ActionId action, const Outcome& outcome) {
    for (const auto& [name, value] : outcome.outputs) {
        transaction.db.run("INSERT INTO output (action_id, name, value) VALUES (?1, ?2, ?3)",
                           {action, name, value});
    }
}

std::optional<std::string> outcome_of(Connection& db, Fence fence) {
    Rows rows = db.query("SELECT outcome FROM attempt WHERE id = ?1", {fence});
    return rows.next() ? std::optional(rows.text(0)) : std::nullopt;
}

tl::unexpected<Error> not_held(Transaction& transaction, Fence fence) {
    const std::string name = "attempt " + fence.text();
    return outcome_of(transaction.db, fence)
               ? fail(ErrorCode::stale, name + " no longer holds its action")
               : fail(ErrorCode::not_found, "there is no " + name);
}

/// A result that comes when the action is no longer this attempt's.
Status refuse_late(Transaction& transaction, Fence fence, const Outcome& outcome) {
    const auto recorded = outcome_of(transaction.db, fence);
    if (recorded == to_text(outcome.state)) {
        // The answer to the first telling was lost on its way: this is the same result again.
        return {};
    }
    if (recorded == "lost" || recorded == "returned") {
        transaction.db.run("UPDATE attempt SET outcome = 'stale', reason = ?2 WHERE id = ?1",
                           {fence, "ended " + std::string(to_text(outcome.state)) +
                                       " after it had lost its action: refused"});
    }
    return not_held(transaction, fence);
}

}  // namespace

Status finish(Transaction& transaction, Fence fence, const Outcome& outcome) {
    if (!is_final(outcome.state)) {
        return fail(ErrorCode::invalid, "an attempt cannot end \"" +
                                            std::string(to_text(outcome.state)) +
                                            "\": that is not final");
    }
    const auto action = find_held(transaction.db, fence);
    if (!action) {
        return refuse_late(transaction, fence, outcome);
    }
    transaction.released.push_back(fence);
    write_outcome(transaction, fence, outcome);
    write_outputs(transaction, action->id, outcome);
    RunTally tally = RunTally::load(transaction.db, action->run);
    end_action(transaction, tally, *action, outcome.state, outcome.reason);
    tally.save(transaction);
    return {};
}

Status give_back(Transaction& transaction, Fence fence, std::string_view reason) {
    Connection& db = transaction.db;
    const auto action = find_held(db, fence);
    if (!action) {
        return not_held(transaction, fence);
    }
    transaction.released.push_back(fence);
    end_attempt(transaction, fence, "returned", reason);
    RunTally tally = RunTally::load(db, action->run);
    if (action->cancel_wanted) {
        end_action(transaction, tally, *action, ActionState::canceled, action->cancel_reason);
    } else {
        db.run("UPDATE queue SET tries = tries - 1 WHERE action_id = ?1", {action->id});
        release_action(transaction, tally, *action);
    }
    tally.save(transaction);
    return {};
}

Status cancel(Transaction& transaction, ActionId id, std::string_view reason) {
    Connection& db = transaction.db;
    const auto action = find_open(db, id);
    if (!action) {
        return db.find("SELECT id FROM action WHERE id = ?1", {id})
                   ? fail(ErrorCode::stale, "action " + id.text() + " has ended already")
                   : fail(ErrorCode::not_found, "there is no action " + id.text());
    }
    if (action->state == ActionState::running) {
        db.run(
            "UPDATE queue SET cancel_at = coalesce(cancel_at, ?2), "
            "cancel_reason = coalesce(cancel_reason, ?3) WHERE action_id = ?1",
            {id, transaction.now, reason});
        return {};
    }
    RunTally tally = RunTally::load(db, action->run);
    end_action(transaction, tally, *action, ActionState::canceled, reason);
    tally.save(transaction);
    return {};
}

void end_attempt(Transaction& transaction, Fence fence, std::string_view outcome,
                 std::string_view reason) {
    transaction.db.run("UPDATE attempt SET ended_at = ?2, outcome = ?3, reason = ?4 WHERE id = ?1",
                       {fence, transaction.now, outcome, reason});
}

}  // namespace hookd::queue::sqlite
