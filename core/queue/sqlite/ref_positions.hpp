#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

// What comparing refs with a repository reads and writes down.
namespace hookd::queue::sqlite {

void note_refs(Transaction& transaction, const std::string& repository,
               std::span<const RefSeen> refs);
Status set_mark(Transaction& transaction, const std::string& name, WallTime at);

/// Not cut at 200 rows: a comparison with half of the refs would find what is not so.
[[nodiscard]] Result<std::vector<RefSeen>> read_positions(Connection& db,
                                                          const std::string& repository);
[[nodiscard]] Result<std::optional<WallTime>> read_mark(Connection& db, const std::string& name);

}  // namespace hookd::queue::sqlite
