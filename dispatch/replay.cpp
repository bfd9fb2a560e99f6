#include "dispatch/replay.hpp"

#include "core/base/listed.hpp"
#include "core/base/text.hpp"
#include "dispatch/plan.hpp"
#include "dispatch/repository_paths.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hookd::dispatch {
namespace {

Status check_rule(const config::Repository& repository, const std::string& rule) {
    std::string names;
    for (const config::Rule& known : repository.rules) {
        if (known.name == rule) {
            return {};
        }
        add_listed(names, known.name);
    }
    return fail(ErrorCode::not_found, "\"" + repository.name.text() + "\" has no rule \"" +
                                          printable_line(rule) + "\"" +
                                          (names.empty() ? "" : "; there are: " + names));
}

Result<Plan> plan_again(queue::Queue& queue, const config::Configuration& configuration, Log& log,
                        const queue::ReplayRequest& request) {
    const auto stored = queue.event(request.event);
    if (!stored) {
        return fail(stored.error());
    }
    const Event& event = stored->event;
    const config::Repository* const repository = configuration.find(event.repository);
    if (repository == nullptr) {
        return fail(ErrorCode::not_found, "the repository \"" + event.repository.text() +
                                              "\" has no file, so no rule can run");
    }
    if (!request.rule.empty()) {
        if (const Status known = check_rule(*repository, request.rule); !known) {
            return fail(known.error());
        }
    }
    Plan plan = make_plan(event, *repository, [&](const Event& asked) {
        return paths_from_repository(configuration, asked, &log);
    });
    const auto is_other = [&request](const auto& each) {
        return !request.rule.empty() && each.rule != request.rule;
    };
    std::erase_if(plan.runs, is_other);
    std::erase_if(plan.decisions, is_other);
    std::size_t actions = 0;
    limit_actions(plan, configuration.server.limits.actions_per_push, actions);
    return plan;
}

void tell(Log& log, const queue::ReplayRequest& request, const queue::Replayed& replayed) {
    std::string runs;
    for (const queue::StartedRun& run : replayed.runs) {
        add_listed(runs, run.id.text());
    }
    log.info(replayed.repeated ? "a replay was asked for again" : "an event is replayed",
             {{"event", request.event.text()},
              {"asked_by", request.asked_by},
              {"rule", request.rule.empty() ? "every one that matches" : request.rule},
              {"runs", runs.empty() ? "none" : runs}});
}

}  // namespace

Result<queue::Replayed> replay(queue::Queue& queue, const config::Configuration& configuration,
                               Log& log, const queue::ReplayRequest& request) {
    const auto earlier = queue.find_replay(request);
    if (!earlier) {
        return fail(earlier.error());
    }
    if (*earlier) {
        tell(log, request, **earlier);
        return **earlier;
    }
    auto plan = plan_again(queue, configuration, log, request);
    if (!plan) {
        return fail(plan.error());
    }
    auto replayed = queue.replay(request, plan->runs);
    if (replayed) {
        if (!replayed->repeated) {
            replayed->decisions = std::move(plan->decisions);
        }
        tell(log, request, *replayed);
    }
    return replayed;
}

}  // namespace hookd::dispatch
