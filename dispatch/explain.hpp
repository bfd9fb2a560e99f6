#pragma once

#include "config/configuration.hpp"
#include "core/model/event.hpp"
#include "core/model/plan.hpp"
#include "dispatch/clauses.hpp"
#include "dispatch/plan.hpp"

#include <string>
#include <vector>

namespace hookd::dispatch {

struct ExplainedRule {
    Decision decision;
    Trace clauses;                       ///< every one, also those behind the one that decided
    std::vector<PlannedAction> actions;  ///< what it would start; empty where it would not
};

struct Explanation {
    Event event;
    bool has_file = false;  ///< the event's repository is configured
    std::vector<ExplainedRule> rules;
};

/// What the rules make of the events of one delivery, clause by clause: planned exactly as a
/// delivery is, and thrown away. **Thread:** any.
[[nodiscard]] std::vector<Explanation> explain(std::vector<Event> events,
                                               const config::Configuration& configuration,
                                               const AskPaths& ask_paths);

/// A JSON array of the schema Explanation of api/openapi.yaml.
[[nodiscard]] std::string to_json_text(const std::vector<Explanation>& explanations);

}  // namespace hookd::dispatch
