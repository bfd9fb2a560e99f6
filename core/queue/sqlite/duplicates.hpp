#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hookd::queue::sqlite {

/// An event on its way in: which delivery brought it, through which source.
struct Incoming {
    const Event& event;
    std::optional<std::int64_t> identity;  ///< identity_hash, of a ref change
    std::int64_t repository = 0;
    std::int64_t delivery = 0;
    std::int64_t source = 0;
    /// Of a person's replay: the delivery that was refused. It is as old as that.
    std::optional<std::int64_t> refused;
};

/// What is known of a movement that comes in.
struct Sameness {
    std::optional<std::int64_t> same;   ///< the stored event that it is; nothing where it is new
    std::vector<std::int64_t> earlier;  ///< events that were the same movement, oldest first
};

/// Looks for the stored event that this one is.
///
/// A ref change is identified by repository, ref and both ids. Several doors report each one, so
/// the K-th report through one door is the K-th time that it happened: with K reports through
/// this door and G stored events, K <= G is the K-th event's duplicate. Beyond that it is new
/// only if the ref has really moved again: its last recorded position is where this one starts.
/// Otherwise it is the last event's duplicate. A movement that comparing refs has found counts no
/// reports: it is new exactly where it starts at the ref's last recorded position.
///
/// Some doors say less: Gitea's family tells of a deletion without where the ref was, and of a
/// moved tag as if it were new. Where the last event has left the ref gone, or the tag where this
/// one leaves it, and one of both does not say, they are one.
///
/// A movement that is replayed is as old as its refusal: it is the one that was told of since, or
/// what a comparison has found since that ends as it does. One that had been told of before is
/// another one only where the ref was last seen at its start, and was not told of since.
[[nodiscard]] Sameness find_same(Transaction& transaction, const Incoming& incoming);

/// Whether the event says where its ref is now.
[[nodiscard]] bool moves_ref(const Incoming& incoming);

/// Writes down where the event leaves its ref, unless the movement that follows came first, or it
/// is a replay and the ref was told of since that was refused.
/// **Requires:** `moves_ref`.
void record_position(Connection& db, const Incoming& incoming, std::int64_t event);

/// Answers for an event that is stored: its id and its runs.
[[nodiscard]] AcceptedEvent answer_duplicate(Connection& db, std::int64_t event);
/// Answers for a delivery that is stored: its id and its events.
[[nodiscard]] Accepted answer_duplicate_delivery(Connection& db, std::int64_t delivery);

}  // namespace hookd::queue::sqlite
