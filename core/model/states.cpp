#include "core/model/states.hpp"

#include <algorithm>
#include <array>

namespace hookd {
namespace {

constexpr std::array<std::string_view, 12> k_action_states = {
    "blocked", "waiting", "ready",    "running", "success",    "failure",
    "error",   "timeout", "canceled", "skipped", "superseded", "unknown"};

constexpr std::array<std::string_view, 6> k_run_states = {"queued",  "running",  "success",
                                                          "failure", "canceled", "superseded"};

template <class State, std::size_t N>
std::optional<State> find(const std::array<std::string_view, N>& names, std::string_view text) {
    const auto* const at = std::find(names.begin(), names.end(), text);
    if (at == names.end()) {
        return std::nullopt;
    }
    return static_cast<State>(at - names.begin());
}

bool is_failed(ActionState state) {
    return state == ActionState::failure || state == ActionState::error ||
           state == ActionState::timeout || state == ActionState::unknown;
}

}  // namespace

std::string_view to_text(ActionState state) {
    return k_action_states[static_cast<std::size_t>(state)];
}

std::string_view to_text(RunState state) {
    return k_run_states[static_cast<std::size_t>(state)];
}

std::optional<ActionState> action_state_from(std::string_view text) {
    return find<ActionState>(k_action_states, text);
}

std::optional<RunState> run_state_from(std::string_view text) {
    return find<RunState>(k_run_states, text);
}

RunState derive_run_state(std::span<const ActionState> actions) {
    const auto any = [actions](auto&& predicate) {
        return std::any_of(actions.begin(), actions.end(), predicate);
    };
    if (any([](ActionState state) { return !is_final(state); })) {
        const bool started =
            any([](ActionState state) { return state == ActionState::running || is_final(state); });
        return started ? RunState::running : RunState::queued;
    }
    if (any(is_failed)) {
        return RunState::failure;
    }
    if (any([](ActionState state) { return state == ActionState::canceled; })) {
        return RunState::canceled;
    }
    if (any([](ActionState state) { return state == ActionState::superseded; })) {
        return RunState::superseded;
    }
    return RunState::success;
}

bool is_met(NeedCondition condition, ActionState state) {
    switch (condition) {
        case NeedCondition::success:
            return state == ActionState::success;
        case NeedCondition::failure:
            return is_failed(state);
        case NeedCondition::always:
            return true;
    }
    return false;
}

}  // namespace hookd
