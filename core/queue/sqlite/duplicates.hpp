#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <cstdint>
#include <optional>

namespace hookd::queue::sqlite {

/// An event on its way in: which delivery brought it, through which source.
struct Incoming {
    const Event& event;
    std::optional<std::int64_t> identity;  ///< identity_hash, of a ref change
    std::int64_t repository = 0;
    std::int64_t delivery = 0;
    std::int64_t source = 0;
};

/// The stored event that this one is; nothing where it is new.
///
/// A ref change is identified by repository, ref and both ids. Several doors report each one, so
/// the K-th report through one door is the K-th time that it happened: with K reports through
/// this door and G stored events, K <= G is the K-th event's duplicate. Beyond that it is new
/// only if the ref has really moved again: its last recorded position is where this one starts.
/// Otherwise it is the last event's duplicate. A movement that comparing refs has found counts no
/// reports: it is new exactly where it starts at the ref's last recorded position.
[[nodiscard]] std::optional<std::int64_t> find_same(Transaction& transaction,
                                                    const Incoming& incoming);

/// Writes down where the event leaves its ref, unless the movement that follows came first.
void record_position(Connection& db, const Incoming& incoming, std::int64_t event);

/// Answers for an event that is stored: its id and its runs.
[[nodiscard]] AcceptedEvent answer_duplicate(Connection& db, std::int64_t event);
/// Counts a delivery that came again, and answers for its events.
[[nodiscard]] Accepted answer_duplicate_delivery(Connection& db, std::int64_t delivery);

}  // namespace hookd::queue::sqlite
