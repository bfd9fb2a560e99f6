#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <string_view>

namespace hookd::queue::sqlite {

/// Gives ready actions to a node: an attempt is written for each.
[[nodiscard]] Result<Claimed> claim(Transaction& transaction, const ClaimRequest& request);

/// **Errors:** stale; invalid where `outcome.state` is not final; not_found.
[[nodiscard]] Status finish(Transaction& transaction, Fence fence, const Outcome& outcome);

/// **Errors:** stale; not_found.
[[nodiscard]] Status give_back(Transaction& transaction, Fence fence, std::string_view reason);

/// **Errors:** not_found; stale where it is final already.
[[nodiscard]] Status cancel(Transaction& transaction, ActionId action, std::string_view reason);

/// Writes down how an attempt ended, without figures.
void end_attempt(Transaction& transaction, Fence fence, std::string_view outcome,
                 std::string_view reason);

}  // namespace hookd::queue::sqlite
