#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"

#include <vector>

namespace hookd::config {

/// An action and where what refers to others stands.
struct PlacedAction {
    Action action;
    Position at;
    std::vector<Position> needs_at;  ///< of each of Action::needs
};

/// The actions so that each follows all that it needs, otherwise in the order of the file. A need
/// of an unknown action and a circle of needs are findings.
[[nodiscard]] std::vector<Action> order_actions(std::vector<PlacedAction> actions,
                                                Findings& findings);

}  // namespace hookd::config
