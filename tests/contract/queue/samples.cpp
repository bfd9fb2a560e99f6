#include "tests/contract/queue/samples.hpp"

#include "core/base/ulid.hpp"

#include <atomic>
#include <utility>

namespace hookd::test {
namespace {

constexpr WallTime k_received{Milliseconds(1767225600250)};

std::string new_id() {
    return make_ulid(k_received);
}

}  // namespace

std::string object_id(const std::string& start) {
    return start + std::string(40 - start.size(), '0');
}

std::string nothing() {
    return std::string(40, '0');
}

queue::PlannedEvent push(const std::string& before, const std::string& after,
                         const std::string& repository, const std::string& ref) {
    queue::PlannedEvent planned;
    planned.event.id = EventId(new_id());
    planned.event.repository = RepositoryName::parse(repository).value();
    describe_ref_change(planned.event, ref, before, after);
    planned.event.source = {"hook", repository, "spool-1", "post-receive", k_received, {}};
    return planned;
}

queue::PlannedEvent other_event(EventKind kind, const std::string& repository) {
    queue::PlannedEvent planned;
    planned.event.id = EventId(new_id());
    planned.event.kind = kind;
    planned.event.repository = RepositoryName::parse(repository).value();
    planned.event.source = {"github", "/hooks/github", "d", "release", k_received, "127.0.0.1"};
    return planned;
}

queue::PlannedEvent any_push(const std::string& repository) {
    static std::atomic<int> count{0};
    const int number = ++count;
    return push(object_id("b" + std::to_string(number) + "b"),
                object_id("c" + std::to_string(number) + "c"), repository);
}

PlannedAction action(const std::string& name, std::vector<PlannedNeed> needs) {
    PlannedAction planned;
    planned.name = name;
    planned.handler = "run";
    planned.spec = R"({"run":["true"]})";
    planned.needs = std::move(needs);
    planned.timeout = Milliseconds(60'000);
    return planned;
}

PlannedAction grouped(const std::string& name, const std::string& group,
                      std::vector<PlannedNeed> needs) {
    PlannedAction planned = action(name, std::move(needs));
    planned.group = group;
    return planned;
}

PlannedRun planned_run(const std::string& rule, std::vector<PlannedAction> actions) {
    PlannedRun run;
    run.rule = rule;
    run.rule_hash = "hash-of-" + rule;
    run.commit = object_id("a");
    run.actions = std::move(actions);
    return run;
}

queue::PlannedEvent with_run(queue::PlannedEvent event, std::vector<PlannedAction> actions,
                             const std::string& rule) {
    event.plan.decisions.push_back({rule, true, "on.push", "refs/heads/main"});
    event.plan.runs.push_back(planned_run(rule, std::move(actions)));
    return event;
}

queue::Arrival arrival(std::vector<queue::PlannedEvent> events, const std::string& source,
                       const std::string& key) {
    queue::Arrival made;
    made.delivery.id = DeliveryId(new_id());
    made.delivery.source = source;
    made.delivery.provider = source == "hook" ? "hook" : "github";
    made.delivery.key = key;
    made.delivery.event = "push";
    made.delivery.received_at = k_received;
    made.delivery.peer = "127.0.0.1";
    made.delivery.body = "{}";
    made.events = std::move(events);
    return made;
}

queue::Outcome ended(ActionState state, std::string reason) {
    queue::Outcome outcome;
    outcome.state = state;
    outcome.reason = std::move(reason);
    return outcome;
}

}  // namespace hookd::test
