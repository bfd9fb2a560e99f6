#pragma once

#include "config/configuration.hpp"
#include "core/model/event.hpp"
#include "core/model/plan.hpp"
#include "dispatch/clauses.hpp"

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
/// Where `traces` is not null it gets, for every rule, all of its clauses; paths are asked for
/// then wherever a rule names some. The plan is the same.
/// **Thread:** any. **Source:** docs/reference.md, "What the keys mean"; docs/events.md, "Merge".
[[nodiscard]] Plan make_plan(const Event& event, const config::Repository& repository,
                             const AskPaths& ask_paths, std::vector<Trace>* traces = nullptr);

/// Takes runs off the plan where with them one delivery would start more than `most` actions;
/// their decisions say so (threats.md T034). `actions` counts over the delivery's events.
void limit_actions(Plan& plan, std::size_t most, std::size_t& actions);

}  // namespace hookd::dispatch
