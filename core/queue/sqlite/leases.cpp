#include "core/queue/sqlite/leases.hpp"

#include "core/queue/sqlite/actions.hpp"
#include "core/queue/sqlite/attempts.hpp"

#include <algorithm>

namespace hookd::queue::sqlite {
namespace {

constexpr std::int64_t k_most_losses = 3;

/// Ends an attempt whose worker is gone, and decides about its action.
void lose(Transaction& transaction, Fence fence, std::string_view how, Recovered& recovered) {
    Connection& db = transaction.db;
    const auto action = find_held(db, fence);
    if (!action) {
        return;
    }
    transaction.released.push_back(fence);
    end_attempt(transaction, fence, "lost", how);
    RunTally tally = RunTally::load(db, action->run);
    const std::int64_t losses = action->losses + 1;
    if (action->on_lost == OnLost::unknown) {
        ++recovered.unknown;
        end_action(transaction, tally, *action, ActionState::unknown,
                   std::string(how) + ": whether it took effect is not known");
    } else if (action->cancel_wanted) {
        ++recovered.failed;
        end_action(transaction, tally, *action, ActionState::canceled, action->cancel_reason);
    } else if (losses >= k_most_losses) {
        ++recovered.failed;
        end_action(transaction, tally, *action, ActionState::error,
                   "its worker was lost " + std::to_string(losses) + " times");
    } else {
        ++recovered.retried;
        db.run("UPDATE queue SET losses = ?2 WHERE action_id = ?1", {action->id, losses});
        release_action(transaction, tally, *action);
    }
    tally.save(transaction);
}

std::vector<Fence> fences_of(Rows rows) {
    std::vector<Fence> fences;
    while (rows.next()) {
        fences.emplace_back(rows.integer(0));
    }
    return fences;
}

}  // namespace

void load_leases(Connection& db, WriterMemory& memory, WallTime now, BootTime boot) {
    Rows rows = db.query("SELECT fence, lease_until, lease_ms FROM queue WHERE state = 3");
    while (rows.next()) {
        const Milliseconds given(rows.integer(2));
        const Milliseconds left = std::clamp(rows.time(1) - now, Milliseconds(0), given);
        memory.leases.try_emplace(rows.integer(0), boot + left);
    }
}

Result<std::vector<Renewal>> renew(Transaction& transaction, NodeId node,
                                   std::span<const Fence> fences, Milliseconds lease) {
    std::vector<Renewal> renewals;
    for (const Fence fence : fences) {
        Renewal renewal{fence, false, false};
        Rows rows = transaction.db.query(
            "UPDATE queue SET lease_until = ?3, lease_ms = ?4 "
            "WHERE action_id = (SELECT action_id FROM attempt WHERE id = ?1) "
            "AND fence = ?1 AND node_id = ?2 AND state = 3 RETURNING cancel_at IS NOT NULL",
            {fence, node, transaction.now + lease, lease});
        while (rows.next()) {
            renewal.held = true;
            renewal.canceled = rows.integer(0) != 0;
        }
        if (renewal.held) {
            transaction.memory.leases[fence.value] = transaction.boot + lease;
        }
        renewals.push_back(renewal);
    }
    return renewals;
}

Result<Recovered> recover(Transaction& transaction, NodeId node) {
    Recovered recovered;
    const auto fences = fences_of(transaction.db.query(
        "SELECT fence FROM queue WHERE state = 3 AND node_id <> ?1 ORDER BY fence", {node}));
    for (const Fence fence : fences) {
        lose(transaction, fence, "its worker ended while it ran", recovered);
    }
    return recovered;
}

Result<Recovered> expire(Transaction& transaction) {
    Recovered recovered;
    load_leases(transaction.db, transaction.memory, transaction.now, transaction.boot);
    const auto fences =
        fences_of(transaction.db.query("SELECT fence FROM queue WHERE state = 3 ORDER BY fence"));
    for (const Fence fence : fences) {
        const auto lease = transaction.memory.leases.find(fence.value);
        if (lease != transaction.memory.leases.end() && lease->second <= transaction.boot) {
            lose(transaction, fence, "its lease ran out", recovered);
        }
    }
    return recovered;
}

}  // namespace hookd::queue::sqlite
