#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// Finding a body that came before: who replays a signed delivery can change its id, not its body.
namespace hookd::queue::sqlite {

/// Whether the stored delivery has this body, byte by byte.
[[nodiscard]] bool has_body(Connection& db, std::int64_t delivery, std::string_view body);

/// The first of the source's deliveries with this body, found by its hash; nothing where it is
/// new.
[[nodiscard]] std::optional<std::int64_t> find_repeated(Transaction& transaction,
                                                        std::int64_t source, std::int64_t hash,
                                                        std::string_view body);

/// The same among those that brought one of the events. Bodies of ref changes are not in the index:
/// their events lead to them.
[[nodiscard]] std::optional<std::int64_t> find_repeated_of(Connection& db, std::int64_t source,
                                                           std::int64_t but_not,
                                                           std::span<const std::int64_t> events,
                                                           std::string_view body);

}  // namespace hookd::queue::sqlite
