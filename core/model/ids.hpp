#pragma once

#include "core/base/id.hpp"

namespace hookd {

/// ULID of an event; made where the event is first held.
using EventId = TextId<struct EventIdTag>;
/// ULID of one arrival of an event through a source.
using DeliveryId = TextId<struct DeliveryIdTag>;
/// Counts up per installation; what a person types: `hookctl run 12`.
using RunId = NumberId<struct RunIdTag>;
using ActionId = NumberId<struct ActionIdTag>;
/// The number under which one attempt holds its action. Unique, only grows, never reused: a
/// write under an older fence than the action's is refused.
using Fence = NumberId<struct FenceTag>;

}  // namespace hookd
