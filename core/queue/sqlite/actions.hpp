#pragma once

#include "core/queue/sqlite/run_tally.hpp"
#include "core/queue/sqlite/transaction.hpp"

#include <string>
#include <string_view>

namespace hookd::queue::sqlite {

/// An unfinished action, as its row in `queue` has it.
struct OpenAction {
    ActionId id;
    RunId run;
    ActionState state = ActionState::blocked;
    OnLost on_lost = OnLost::retry;
    std::int64_t losses = 0;
    Fence fence;
    bool cancel_wanted = false;
    std::string cancel_reason;
    std::string group;
};

[[nodiscard]] std::optional<OpenAction> find_open(Connection& db, ActionId action);
/// The action that this attempt holds; nothing where it holds none any more.
[[nodiscard]] std::optional<OpenAction> find_held(Connection& db, Fence fence);

/// Makes an action final: takes its row away, lets the next of its group go, and readies or skips
/// what needed it, and what needed that.
void end_action(Transaction& transaction, RunTally& tally, const OpenAction& action,
                ActionState state, std::string_view reason);

/// Takes a held action back to `ready`. The attempt is not touched.
void release_action(Transaction& transaction, RunTally& tally, const OpenAction& action);

/// Says that an action is in `state` now.
void tell_action(Transaction& transaction, const RunTally& tally, ActionId action,
                 ActionState state);

}  // namespace hookd::queue::sqlite
