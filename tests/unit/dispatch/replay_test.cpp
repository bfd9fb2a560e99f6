#include "dispatch/replay.hpp"

#include "core/base/ulid.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hookd::dispatch {
namespace {

config::Rule rule(const std::string& name, std::vector<std::string> branches = {}) {
    config::Rule rule;
    rule.name = name;
    rule.hash = "hash of " + name;
    rule.on.push = config::PushMatch{std::move(branches), {}};
    config::Action action;
    action.name = "a";
    action.handler = "run";
    action.spec = R"({"settings":["true"],"shell":["/bin/sh"],"env":{},"workspace":"none"})";
    rule.actions.push_back(std::move(action));
    return rule;
}

config::Configuration rules(std::vector<config::Rule> rules) {
    config::Configuration configuration;
    config::Repository repository;
    repository.name = *RepositoryName::parse("acme/shop");
    repository.rules = std::move(rules);
    configuration.repositories.push_back(std::move(repository));
    return configuration;
}

/// A queue with one push to main that no rule has looked at.
class Shelf {
  public:
    Shelf() {
        auto opened =
            queue::open_sqlite({folder_ / "queue.db", queue::OpenMode::create_if_missing}, clock_);
        REQUIRE(opened);
        queue_ = std::move(*opened);
        Event event;
        event.id = EventId(make_ulid(clock_.wall()));
        event.repository = *RepositoryName::parse("acme/shop");
        describe_ref_change(event, "refs/heads/main", std::string(40, '1'), std::string(40, '2'));
        event.source.type = "hook";
        event.paths_complete = true;
        id_ = event.id;
        queue::Arrival arrival;
        arrival.delivery.id = DeliveryId(make_ulid(clock_.wall()));
        arrival.delivery.source = "hook";
        arrival.events.push_back({event, {}});
        REQUIRE(queue_->accept_and_wait(std::move(arrival)));
    }

    Result<queue::Replayed> replay(const config::Configuration& configuration,
                                   const std::string& name = {}, const std::string& key = {}) {
        return dispatch::replay(*queue_, configuration, log_, {id_, name, "owner", key});
    }

    const test::TemporaryFolder folder_;
    const RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<queue::Queue> queue_;
    EventId id_;
};

TEST_CASE("a replay runs what the rules in force make of the event, and says of each why") {
    Shelf shelf;
    const auto replayed =
        shelf.replay(rules({rule("checks"), rule("other", {"next"}), rule("more")}));
    REQUIRE(replayed);
    REQUIRE(replayed->runs.size() == 2);
    CHECK(replayed->runs[0].rule == "checks");
    CHECK(replayed->runs[1].rule == "more");
    REQUIRE(replayed->decisions.size() == 3);
    CHECK(replayed->decisions[1].clause == "on.push.branches");
    CHECK(shelf.queue_->run(replayed->runs[0].id)->rule_hash == "hash of checks");
    CHECK(shelf.queue_->run(replayed->runs[0].id)->run.commit == std::string(40, '2'));
}

TEST_CASE("a replay of one rule leaves the others alone") {
    Shelf shelf;
    const auto configuration = rules({rule("checks"), rule("other", {"next"})});
    const auto one = shelf.replay(configuration, "checks");
    REQUIRE(one);
    CHECK(one->runs.size() == 1);
    CHECK(one->decisions.size() == 1);
    const auto none = shelf.replay(configuration, "other");
    REQUIRE(none);
    CHECK(none->runs.empty());
    CHECK(none->decisions.at(0).clause == "on.push.branches");
    const auto unknown = shelf.replay(configuration, "chekcs");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == ErrorCode::not_found);
    CHECK(unknown.error().message ==
          "\"acme/shop\" has no rule \"chekcs\"; there are: checks, other");
}

TEST_CASE("a replay without its event or its repository's file is an error") {
    Shelf shelf;
    CHECK(shelf.replay(config::Configuration{}).error().code == ErrorCode::not_found);
    shelf.id_ = EventId(make_ulid(shelf.clock_.wall()));
    CHECK(shelf.replay(rules({rule("checks")})).error().code == ErrorCode::not_found);
}

TEST_CASE("a replay starts no more actions than a delivery may") {
    Shelf shelf;
    auto configuration = rules({rule("a"), rule("b")});
    configuration.server.limits.actions_per_push = 1;
    const auto replayed = shelf.replay(configuration);
    REQUIRE(replayed);
    CHECK(replayed->runs.size() == 1);
    CHECK(replayed->decisions[1].clause == "limits.actions_per_push");
    // The limit is for what is started, not for what is left out.
    CHECK(shelf.replay(configuration, "b")->runs.size() == 1);
}

TEST_CASE("a replay asked for again under its key stays what it was, whatever the rules say now") {
    Shelf shelf;
    const auto first = shelf.replay(rules({rule("checks")}), {}, "key");
    REQUIRE(first);
    for (const auto& configuration :
         {rules({rule("checks"), rule("more")}), rules({}), config::Configuration{}}) {
        const auto again = shelf.replay(configuration, {}, "key");
        REQUIRE(again);
        CHECK(again->repeated);
        CHECK(again->runs == first->runs);
    }
    CHECK(shelf.queue_->runs({})->size() == 1);
}

}  // namespace
}  // namespace hookd::dispatch
