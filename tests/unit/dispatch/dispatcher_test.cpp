#include "dispatch/dispatcher.hpp"

#include "core/base/file.hpp"
#include "core/base/ulid.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <future>
#include <span>
#include <thread>
#include <utility>

namespace hookd::dispatch {
namespace {

/// A queue, a supervisor and dispatchers on a folder of their own.
class Yard {
  public:
    Yard() {
        auto opened =
            queue::open_sqlite({state_.database(), queue::OpenMode::create_if_missing}, clock_);
        REQUIRE(opened);
        queue_ = std::move(*opened);
    }

    std::unique_ptr<Dispatcher> dispatcher(std::size_t slots = 2) {
        const auto node = queue_->register_node("test");
        REQUIRE(node);
        REQUIRE(queue_->recover(*node));
        auto made = std::make_unique<Dispatcher>(
            Workshop{*queue_, current_, runner_, clock_, log_, state_}, *node,
            DispatcherSettings{slots, Milliseconds{30'000}, Milliseconds{100}});
        made->start();
        return made;
    }

    /// A run of these actions, in order.
    RunId start(std::vector<PlannedAction> actions) {
        Event event;
        event.id = EventId(make_ulid(clock_.wall()));
        event.repository = *RepositoryName::parse("acme/shop");
        describe_ref_change(event, "refs/heads/b" + std::to_string(++count_), std::string(40, '0'),
                            std::string(40, '2'));
        queue::Delivery delivery;
        delivery.id = DeliveryId(make_ulid(clock_.wall()));
        delivery.source = "hook";
        PlannedRun run;
        run.rule = "checks";
        run.actions = std::move(actions);
        auto accepted = queue_->accept_and_wait({delivery, {{event, Plan{{}, {run}}}}});
        REQUIRE(accepted);
        REQUIRE(accepted->events.at(0).runs.size() == 1);
        return accepted->events[0].runs[0].id;
    }

    queue::RunDetail run(RunId id) {
        auto detail = queue_->run(id);
        REQUIRE(detail);
        return *detail;
    }

    queue::RunDetail wait_for(RunId id) {
        CHECK(test::eventually([&] { return is_final(run(id).run.state); }));
        return run(id);
    }

    std::string log_of(const queue::ActionRecord& action) {
        return read_file(state_.log(action.attempts.at(0).fence)).value_or("");
    }

    const test::TemporaryFolder folder_;
    const RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    const StateFolder state_{folder_.path()};
    config::Current current_{config::Configuration{}};
    const process::Runner runner_{std::filesystem::path(HOOKD_BIN_DIR) / "hookd-supervise",
                                  state_.supervisors_lock()};
    std::unique_ptr<queue::Queue> queue_;
    int count_ = 0;
};

PlannedAction action(const std::string& name, const std::string& script,
                     std::vector<PlannedNeed> needs = {}) {
    PlannedAction planned;
    planned.name = name;
    planned.handler = "run";
    planned.spec = nlohmann::json{
        {"settings", script},
        {"shell", {"/bin/sh", "-eu"}},
        {"env", {{"GREETING", "hello"}}},
        {"workspace",
         "none"}}.dump();
    planned.needs = std::move(needs);
    planned.timeout = Milliseconds{60'000};
    return planned;
}

TEST_CASE("an action runs and its run succeeds") {
    Yard yard;
    const auto dispatcher = yard.dispatcher();
    const auto run = yard.wait_for(yard.start({action("a", "echo \"$GREETING $HOOKD_BRANCH\"")}));
    CHECK(run.run.state == RunState::success);
    REQUIRE(run.actions.size() == 1);
    CHECK(yard.log_of(run.actions[0]).find("hello b1\n") != std::string::npos);
    CHECK(run.actions[0].attempts.at(0).exit_code == 0);
}

TEST_CASE("a failed action skips what needs it and lets a clean-up run") {
    Yard yard;
    const auto dispatcher = yard.dispatcher();
    const auto run = yard.wait_for(
        yard.start({action("a", "exit 3"), action("b", "true", {{0, NeedCondition::success}}),
                    action("c", "true", {{0, NeedCondition::always}})}));
    CHECK(run.run.state == RunState::failure);
    CHECK(run.actions[0].state == ActionState::failure);
    CHECK(run.actions[0].attempts.at(0).exit_code == 3);
    CHECK(run.actions[1].state == ActionState::skipped);
    CHECK(run.actions[1].attempts.empty());
    CHECK(run.actions[2].state == ActionState::success);
}

TEST_CASE("outputs of an action reach the one that needs it") {
    Yard yard;
    const auto dispatcher = yard.dispatcher();
    const auto run = yard.wait_for(yard.start(
        {action("build", "echo image=shop:1 >> \"$HOOKD_OUTPUT\""),
         action("use", "echo \"got $HOOKD_OUTPUT_BUILD_IMAGE\"", {{0, NeedCondition::success}})}));
    REQUIRE(run.run.state == RunState::success);
    CHECK(yard.log_of(run.actions[1]).find("got shop:1\n") != std::string::npos);
}

TEST_CASE("no more actions run at once than there are slots") {
    Yard yard;
    const auto dispatcher = yard.dispatcher(2);
    const std::string script = "d='" + (yard.folder_ / "running").string() +
                               "'; mkdir -p \"$d\"; touch \"$d/$$\"; ls \"$d\" | wc -l; "
                               "sleep 0.05; rm \"$d/$$\"";
    std::vector<RunId> runs;
    for (int i = 0; i < 8; ++i) {
        runs.push_back(yard.start({action("a", script)}));
    }
    for (const RunId id : runs) {
        const auto run = yard.wait_for(id);
        CHECK(run.run.state == RunState::success);
        const std::string seen = yard.log_of(run.actions.at(0));
        CHECK((seen.find("1\n") != std::string::npos || seen.find("2\n") != std::string::npos));
    }
}

TEST_CASE("what runs when the dispatcher stops goes back uncounted and runs again") {
    Yard yard;
    auto first = yard.dispatcher(1);
    const auto flag = yard.folder_ / "second";
    const RunId id =
        yard.start({action("a", "if [ -e '" + flag.string() + "' ]; then exit 0; fi; sleep 600")});
    REQUIRE(test::eventually([&] { return yard.run(id).run.state == RunState::running; }));
    first->stop(Milliseconds{0});
    REQUIRE(yard.run(id).actions.at(0).state == ActionState::ready);
    REQUIRE(write_file_durably(flag, "x"));
    const auto second = yard.dispatcher(1);
    const auto run = yard.wait_for(id);
    CHECK(run.run.state == RunState::success);
    REQUIRE(run.actions.at(0).attempts.size() == 2);
    CHECK(run.actions[0].attempts[0].outcome == "returned");
}

TEST_CASE("what is claimed while the dispatcher stops goes back, too") {
    // When the claim comes is not ours to say: where the stop was faster it is tried again.
    std::vector<queue::AttemptRecord> attempts;
    for (int i = 0; i < 50 && attempts.empty(); ++i) {
        Yard yard;
        const auto dispatcher = yard.dispatcher(1);
        // The dispatcher is told of the action first; then its claim waits for the writer, held
        // here.
        std::promise<void> go_on;
        const auto subscription =
            yard.queue_->subscribe([held = false, released = go_on.get_future().share()](
                                       std::span<const queue::Change>) mutable {
                if (!std::exchange(held, true)) {
                    released.wait();
                }
            });
        const RunId id = yard.start({action("a", "sleep 600")});
        std::this_thread::sleep_for(Milliseconds{100});
        auto stopped = std::async(std::launch::async, [&] { dispatcher->stop(Milliseconds{0}); });
        std::this_thread::sleep_for(Milliseconds{100});
        go_on.set_value();
        stopped.get();
        const auto run = yard.run(id);
        CHECK(run.actions.at(0).state == ActionState::ready);
        attempts = run.actions[0].attempts;
    }
    REQUIRE(attempts.size() == 1);
    CHECK(attempts[0].outcome == "returned");
}

TEST_CASE("a stop lets short work end") {
    Yard yard;
    auto dispatcher = yard.dispatcher(1);
    // The queue says "running" as soon as it is claimed; a stop in that moment gives it back.
    const auto begun = yard.folder_ / "begun";
    const RunId id = yard.start({action("a", "touch '" + begun.string() + "'; sleep 0.3")});
    REQUIRE(test::eventually([&] { return std::filesystem::exists(begun); }));
    dispatcher->stop(Milliseconds{30'000});
    CHECK(yard.run(id).run.state == RunState::success);
}

TEST_CASE("an action of a kind this version does not know ends in error, with words") {
    Yard yard;
    const auto dispatcher = yard.dispatcher();
    PlannedAction planned = action("a", "true");
    planned.handler = "teleport";
    const auto run = yard.wait_for(yard.start({planned}));
    CHECK(run.actions.at(0).state == ActionState::error);
    CHECK(run.actions.at(0).reason == "this version has no handler \"teleport\"");
}

TEST_CASE("an action whose repository is gone from the configuration ends in error, with words") {
    Yard yard;
    const auto dispatcher = yard.dispatcher();
    PlannedAction planned = action("a", "true");
    planned.spec = R"({"settings":"true","shell":["/bin/sh","-eu"],"env":{},"workspace":"clean"})";
    const auto run = yard.wait_for(yard.start({planned}));
    CHECK(run.actions.at(0).state == ActionState::error);
    CHECK(run.actions.at(0).reason.find("gives no \"path\"") != std::string::npos);
}

TEST_CASE("nothing of an attempt's folder is left when it is over") {
    Yard yard;
    const auto dispatcher = yard.dispatcher();
    yard.wait_for(yard.start({action("a", "mkdir -p d/e; touch d/e/f; chmod 000 d; exit 1")}));
    CHECK(test::eventually([&] { return std::filesystem::is_empty(yard.state_.work()); }));
}

}  // namespace
}  // namespace hookd::dispatch
