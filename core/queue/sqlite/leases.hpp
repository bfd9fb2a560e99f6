#pragma once

#include "core/queue/sqlite/transaction.hpp"

namespace hookd::queue::sqlite {

// Leases are judged by the boot-time clock, which only this process can read: the deadlines are in
// memory, and civil time in the file is for showing and for the next start.

/// Learns of the leases that the file has and we do not: each goes on for what is left of it by
/// civil time, but for no longer than it was given for, whatever that clock has done since.
void load_leases(Connection& db, WriterMemory& memory, WallTime now, BootTime boot);

/// Extends what is still held, in one transaction; says of each whether it is, and whether
/// someone wants it to end.
[[nodiscard]] Result<std::vector<Renewal>> renew(Transaction& transaction, NodeId node,
                                                 std::span<const Fence> fences, Milliseconds lease);

/// Ends what nodes other than `node` hold.
[[nodiscard]] Result<Recovered> recover(Transaction& transaction, NodeId node);

/// Ends what is held under a lease that is over.
[[nodiscard]] Result<Recovered> expire(Transaction& transaction);

}  // namespace hookd::queue::sqlite
