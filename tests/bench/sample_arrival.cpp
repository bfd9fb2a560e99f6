#include "tests/bench/sample_arrival.hpp"

#include "core/base/ulid.hpp"

#include <array>
#include <random>

namespace hookd::bench {
namespace {

std::string random_hex(std::size_t digits) {
    thread_local std::mt19937_64 random(std::random_device{}());
    std::string text(digits, '0');
    for (char& digit : text) {
        digit = "0123456789abcdef"[random() % 16];
    }
    return text;
}

}  // namespace

queue::Arrival sample_arrival(std::int64_t number, std::size_t body_bytes) {
    const WallTime now = RealClock{}.wall();
    queue::PlannedEvent planned;
    Event& event = planned.event;
    event.id = EventId(make_ulid(now));
    event.repository = RepositoryName::parse("acme/shop-" + std::to_string(number % 16)).value();
    describe_ref_change(event, "refs/heads/topic-" + std::to_string(number % 64), random_hex(40),
                        random_hex(40));
    event.forced = false;
    Commit commit;
    commit.id = event.after;
    commit.parents = {event.before};
    commit.message = "parser: accept an empty list";
    commit.author = {"", "Ann", "ann@example.org"};
    commit.modified = {"src/parser.c", "tests/parser_test.c"};
    event.paths = commit.modified;
    event.commits = {commit};
    event.commit_count = 1;
    event.commits_complete = true;
    event.paths_complete = true;
    event.actor = Person{"ann", "Ann", "ann@example.org"};

    queue::Arrival arrival;
    queue::Delivery& delivery = arrival.delivery;
    delivery.id = DeliveryId(make_ulid(now));
    delivery.source = "/hooks/github";
    delivery.provider = "github";
    delivery.key = random_hex(32);
    delivery.event = "push";
    delivery.received_at = now;
    delivery.peer = "127.0.0.1";
    delivery.headers = {{"Content-Type", "application/json"},
                        {"User-Agent", "GitHub-Hookshot/abc1234"},
                        {"X-GitHub-Event", "push"},
                        {"X-GitHub-Delivery", delivery.key}};
    // Made once: making it must not be what is measured.
    static const std::string k_body = random_hex(body_bytes);
    delivery.body = k_body;
    event.source = {"github", delivery.source, delivery.key, "push", now, delivery.peer};

    planned.plan.decisions = {{"build", true, "on.push.branches", "main"},
                              {"release", false, "on.tag", "push"}};
    PlannedRun run;
    run.rule = "build";
    run.rule_hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    run.commit = event.after;
    PlannedAction action;
    action.name = "build";
    action.handler = "run";
    action.spec = R"({"run":["/bin/true"],"environment":{}})";
    action.timeout = Milliseconds(600'000);
    run.actions = {action};
    planned.plan.runs = {run};
    arrival.events.push_back(std::move(planned));
    return arrival;
}

}  // namespace hookd::bench
