#pragma once

#include "core/base/clock.hpp"
#include "core/queue/queue.hpp"
#include "core/queue/sqlite/connection.hpp"
#include "core/queue/sqlite/hash_index.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace hookd::queue::sqlite {

/// What the writer keeps in memory beside the file. Nothing in it has to be right for the file to
/// be right: it is what has been looked up, and what only this process can know.
struct WriterMemory {
    /// Keys of rows that never change. Emptied whenever a transaction is rolled back.
    std::unordered_map<std::string, std::int64_t> repositories;
    std::unordered_map<std::string, std::int64_t> sources;
    /// Leads to the deliveries with a key and to the events with an identity.
    HashIndex index;
    /// The repository that got its turn last.
    std::int64_t last_turn = 0;
    /// When the leases are over, by the clock that never jumps: civil time may be set at any
    /// moment, and a lease must not end because of that (threats.md T087).
    std::unordered_map<std::int64_t, BootTime> leases;
    /// Ours. Where the file has another one, somebody else has opened it for writing.
    std::int64_t epoch = 0;
};

/// What a change is made with: the connection inside a transaction, and where to say what changed.
struct Transaction {
    Connection& db;
    WriterMemory& memory;
    WallTime now;   ///< of the whole transaction
    BootTime boot;  ///< the same moment on the clock for leases
    std::vector<Change> changes;
    /// Attempts that hold nothing any more; their leases are forgotten with the commit.
    std::vector<Fence> released;
    bool something_ready = false;  ///< an action became claimable
};

/// Key of the repository or the source with this name, made where it is new.
[[nodiscard]] std::int64_t repository_key(Transaction& transaction, const std::string& name);
[[nodiscard]] std::int64_t source_key(Transaction& transaction, const std::string& name);

}  // namespace hookd::queue::sqlite
