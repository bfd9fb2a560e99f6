#include "dispatch/explain.hpp"

#include "core/base/text.hpp"
#include "core/model/event_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace hookd::dispatch {
namespace {

using Json = nlohmann::ordered_json;

Explanation explain_one(Event event, const config::Configuration& configuration,
                        const AskPaths& ask_paths, std::size_t& actions) {
    Explanation made;
    const config::Repository* const repository = configuration.find(event.repository);
    made.has_file = repository != nullptr;
    if (repository != nullptr) {
        std::vector<Trace> traces;
        Plan plan = make_plan(event, *repository, ask_paths, &traces);
        limit_actions(plan, configuration.server.limits.actions_per_push, actions);
        for (std::size_t i = 0; i < plan.decisions.size(); ++i) {
            ExplainedRule rule{std::move(plan.decisions[i]), std::move(traces[i]), {}};
            const auto run = std::find_if(
                plan.runs.begin(), plan.runs.end(),
                [&rule](const PlannedRun& one) { return one.rule == rule.decision.rule; });
            if (run != plan.runs.end()) {
                rule.actions = std::move(run->actions);
            } else if (rule.decision.clause == "limits.actions_per_push") {
                rule.clauses.push_back({false, rule.decision.clause, rule.decision.seen});
            }
            made.rules.push_back(std::move(rule));
        }
    }
    made.event = std::move(event);
    return made;
}

std::string_view to_text(NeedCondition condition) {
    switch (condition) {
        case NeedCondition::success:
            return "success";
        case NeedCondition::failure:
            return "failure";
        case NeedCondition::always:
            break;
    }
    return "always";
}

Json to_json(const ExplainedRule& rule) {
    Json object;
    object["rule"] = to_valid_utf8(rule.decision.rule);
    object["matched"] = rule.decision.matched;
    object["clause"] = rule.decision.clause;
    object["seen"] = to_valid_utf8(rule.decision.seen);
    object["clauses"] = Json::array();
    for (const Verdict& clause : rule.clauses) {
        Json one;
        one["clause"] = clause.clause;
        one["matched"] = clause.matched;
        one["seen"] = to_valid_utf8(clause.seen);
        object["clauses"].push_back(std::move(one));
    }
    object["actions"] = Json::array();
    for (const PlannedAction& action : rule.actions) {
        Json one;
        one["name"] = to_valid_utf8(action.name);
        one["handler"] = action.handler;
        one["needs"] = Json::array();
        for (const PlannedNeed& need : action.needs) {
            Json needed;
            needed["action"] = to_valid_utf8(rule.actions[need.action].name);
            needed["condition"] = to_text(need.condition);
            one["needs"].push_back(std::move(needed));
        }
        one["group"] = action.group.empty() ? Json() : Json(to_valid_utf8(action.group));
        object["actions"].push_back(std::move(one));
    }
    return object;
}

}  // namespace

std::vector<Explanation> explain(std::vector<Event> events,
                                 const config::Configuration& configuration,
                                 const AskPaths& ask_paths) {
    std::vector<Explanation> all;
    std::size_t actions = 0;
    for (Event& event : events) {
        all.push_back(explain_one(std::move(event), configuration, ask_paths, actions));
    }
    return all;
}

std::string to_json_text(const std::vector<Explanation>& explanations) {
    Json all = Json::array();
    for (const Explanation& explanation : explanations) {
        Json object;
        object["event"] = hookd::to_json(explanation.event);
        object["has_file"] = explanation.has_file;
        object["rules"] = Json::array();
        for (const ExplainedRule& rule : explanation.rules) {
            object["rules"].push_back(to_json(rule));
        }
        all.push_back(std::move(object));
    }
    return all.dump();
}

}  // namespace hookd::dispatch
