#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace hookd {

/// **Source:** docs/queue.md, "States". From `success` on they are final: they never change.
enum class ActionState {
    blocked,  ///< needs others
    waiting,  ///< a delay, or another one of its group
    ready,
    running,
    success,
    failure,
    error,  ///< we could not run it
    timeout,
    canceled,
    skipped,     ///< a need failed, or a condition was false
    superseded,  ///< a newer one took its place
    unknown,     ///< a deploy whose worker died: only its target knows
};

enum class RunState { queued, running, success, failure, canceled, superseded };

[[nodiscard]] constexpr bool is_final(ActionState state) {
    return state >= ActionState::success;
}
[[nodiscard]] constexpr bool is_final(RunState state) {
    return state >= RunState::success;
}

[[nodiscard]] std::string_view to_text(ActionState state);
[[nodiscard]] std::string_view to_text(RunState state);
[[nodiscard]] std::optional<ActionState> action_state_from(std::string_view text);
[[nodiscard]] std::optional<RunState> run_state_from(std::string_view text);

/// The one rule that makes a run's state of its actions': `queued` while none has started,
/// `running` while one is not final; then `failure` if any ended in failure, error, timeout or
/// unknown, else `canceled`, else `superseded` if any did, else `success` (skipped counts as such
/// only beside a reason that is counted already: a run whose actions were all skipped succeeds).
[[nodiscard]] RunState derive_run_state(std::span<const ActionState> actions);

/// When an action that needs another starts.
enum class NeedCondition { success, failure, always };

/// Whether an action may start once its need has ended in `state`, which must be final.
[[nodiscard]] bool is_met(NeedCondition condition, ActionState state);

}  // namespace hookd
