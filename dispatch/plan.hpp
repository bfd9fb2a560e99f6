#pragma once

#include "config/configuration.hpp"
#include "core/model/event.hpp"
#include "core/model/plan.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hookd::dispatch {

/// Asks the repository which paths an event changed; nothing where it cannot be known.
using AskPaths = std::function<std::optional<std::vector<std::string>>(const Event&)>;

/// What `event` starts by the rules of `repository`, in the order of the file, and for every
/// rule the clause that decided. Asks for paths at most once, and only where the event did not
/// bring all and a rule depends on them. An empty `ask_paths` knows nothing.
/// **Thread:** any. **Source:** docs/reference.md, "What the keys mean"; docs/events.md, "Merge".
[[nodiscard]] Plan make_plan(const Event& event, const config::Repository& repository,
                             const AskPaths& ask_paths);

}  // namespace hookd::dispatch
