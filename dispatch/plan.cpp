#include "dispatch/plan.hpp"

#include "dispatch/changed_paths.hpp"
#include "dispatch/match.hpp"
#include "dispatch/skip.hpp"
#include "dispatch/verdict.hpp"
#include "handlers/handler.hpp"

#include <algorithm>
#include <utility>

namespace hookd::dispatch {
namespace {

/// What a rule says: the first of its kinds that matches, or the first that does not.
struct RuleVerdict {
    Verdict verdict;
    std::string once_key;
};

bool is_deletion(const Event& event) {
    return event.is_ref_change() && event.commit().empty();
}

/// A kind that the rule names and the event is not of: noted only.
void note_other_kinds(const config::On& on, const Event& event, Trace& trace) {
    const bool push = event.kind == EventKind::push;
    const bool merge_request = event.kind == EventKind::merge_request;
    const auto note = [&](bool is_other, const char* clause) {
        if (is_other) {
            trace.push_back(no(clause, to_text(event.kind)));
        }
    };
    note(on.push && !push, "on.push");
    note(on.tag && event.kind != EventKind::tag, "on.tag");
    note(on.merge_request && !merge_request, "on.merge_request");
    note(on.merge && !push && !merge_request, "on.merge");
}

RuleVerdict match_rule(const config::Rule& rule, const Event& event, ChangedPaths& paths,
                       Trace* trace) {
    if (is_deletion(event)) {
        Verdict deleted =
            no("on", std::string(to_text(event.kind)) + " deleted: there is no commit to work on");
        if (trace != nullptr) {
            trace->push_back(deleted);
        }
        return {std::move(deleted), {}};
    }
    std::vector<Verdict> verdicts;
    std::string once_key;
    const bool push = event.kind == EventKind::push;
    const bool merge_request = event.kind == EventKind::merge_request;
    if (push && rule.on.push) {
        verdicts.push_back(match_push(*rule.on.push, event, paths, trace));
    }
    if (event.kind == EventKind::tag && rule.on.tag) {
        verdicts.push_back(match_tag(*rule.on.tag, event, trace));
    }
    if (merge_request && rule.on.merge_request) {
        verdicts.push_back(match_merge_request(*rule.on.merge_request, event, trace));
    }
    if ((push || merge_request) && rule.on.merge) {
        auto [verdict, branch, commit] = match_merge(*rule.on.merge, event, trace);
        // Also where another kind matched first: the rule counts one merge once.
        if (verdict.matched) {
            once_key =
                "merge:" + event.repository.text() + ":" + rule.name + ":" + branch + ":" + commit;
        }
        verdicts.push_back(std::move(verdict));
    }
    if (trace != nullptr) {
        note_other_kinds(rule.on, event, *trace);
    }
    if (verdicts.empty()) {
        return {no("on", to_text(event.kind)), {}};
    }
    auto decided = std::find_if(verdicts.begin(), verdicts.end(),
                                [](const Verdict& verdict) { return verdict.matched; });
    if (decided == verdicts.end()) {
        return {std::move(verdicts.front()), {}};
    }
    return {std::move(*decided), std::move(once_key)};
}

PlannedAction plan_action(const config::Action& action, const std::vector<config::Action>& all,
                          const std::string& repository) {
    PlannedAction planned;
    planned.name = action.name;
    planned.handler = action.handler;
    planned.spec = action.spec;
    planned.timeout = action.timeout;
    for (const config::Need& need : action.needs) {
        const auto needed =
            std::find_if(all.begin(), all.end(),
                         [&need](const config::Action& one) { return one.name == need.action; });
        planned.needs.push_back({static_cast<std::size_t>(needed - all.begin()), need.condition});
    }
    // Of a handler that is not known nothing may be done twice.
    const handlers::Handler* handler = handlers::find(action.handler);
    planned.on_lost = handler != nullptr ? handler->on_lost : OnLost::unknown;
    if (!action.environment.empty()) {
        planned.group = "deploy:" + repository + ":" + action.environment;
    }
    return planned;
}

PlannedRun plan_run(const config::Rule& rule, const Event& event, std::string once_key) {
    PlannedRun run;
    run.rule = rule.name;
    run.rule_hash = rule.hash;
    run.commit = event.commit();
    run.once_key = std::move(once_key);
    run.redelivery = rule.redelivery;
    for (const config::Action& action : rule.actions) {
        run.actions.push_back(plan_action(action, rule.actions, event.repository.text()));
    }
    return run;
}

}  // namespace

Plan make_plan(const Event& event, const config::Repository& repository, const AskPaths& ask_paths,
               std::vector<Trace>* traces) {
    Plan plan;
    ChangedPaths paths(event, ask_paths);
    const auto skip = asks_to_skip(event);
    for (const config::Rule& rule : repository.rules) {
        Trace* const trace = traces != nullptr ? &traces->emplace_back() : nullptr;
        auto [verdict, once_key] = match_rule(rule, event, paths, trace);
        if (verdict.matched && skip && rule.skippable) {
            verdict = no("skippable", *skip);
            if (trace != nullptr) {
                trace->push_back(verdict);
            }
        }
        if (verdict.matched) {
            plan.runs.push_back(plan_run(rule, event, std::move(once_key)));
        }
        plan.decisions.push_back(
            {rule.name, verdict.matched, std::move(verdict.clause), std::move(verdict.seen)});
    }
    return plan;
}

void limit_actions(Plan& plan, std::size_t most, std::size_t& actions) {
    std::vector<PlannedRun> runs;
    for (PlannedRun& run : plan.runs) {
        if (actions + run.actions.size() <= most) {
            actions += run.actions.size();
            runs.push_back(std::move(run));
            continue;
        }
        for (Decision& decision : plan.decisions) {
            if (decision.rule == run.rule) {
                decision.matched = false;
                decision.clause = "limits.actions_per_push";
                decision.seen = "this delivery already starts " + std::to_string(actions) +
                                " actions, " + std::to_string(most) + " allowed";
            }
        }
    }
    plan.runs = std::move(runs);
}

}  // namespace hookd::dispatch
