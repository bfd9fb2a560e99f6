#include "core/process/process_tree.hpp"
#include "tests/unit/core/process/workbench.hpp"

#include <csignal>

using namespace hookd;
using namespace hookd::process;
using namespace hookd::process::test;
using std::chrono::seconds;

namespace {

class Running {
  public:
    Running(const Workbench& bench, Command command)
        : thread_([this, &bench, command = std::move(command)] {
              ended_ = bench.runner.run(command, bench.cancel);
          }) {}
    ~Running() { thread_.join(); }

    /// Waits for the end.
    Ended end() {
        thread_.join();
        thread_ = std::thread([] {});
        REQUIRE(ended_);
        return *ended_;
    }

  private:
    Result<Ended> ended_ = fail("not ended");
    std::thread thread_;
};

}  // namespace

TEST_CASE("T049 a program that ignores TERM is killed after the grace") {
    const Workbench bench;
    Command command = bench.misbehave({"ignore-term"});
    command.timeout = Milliseconds(300);
    const Ended ended = bench.run(command);
    CHECK(ended.how == Ended::How::timeout);
    CHECK(ended.signal == SIGKILL);
    CHECK(ended.wall >= Milliseconds(500));
    CHECK(ended.wall < seconds(5));
    CHECK(bench.survivors().empty());
}

TEST_CASE("T050 a program that obeys TERM has the grace to tidy up") {
    const Workbench bench;
    Command command = bench.misbehave({"obey-term"});
    command.timeout = Milliseconds(300);
    command.grace = seconds(30);
    const Ended ended = bench.run(command);
    CHECK(ended.how == Ended::How::timeout);
    CHECK(ended.exit_code == 7);
    CHECK(bench.log() == "ready\ntidied up\n");
}

TEST_CASE("T049 a daemon in a session of its own ends with its program") {
    const Workbench bench;
    SECTION("where the program ends") {
        const Ended ended = bench.run(bench.misbehave({"daemonize"}));
        CHECK(ended.how == Ended::How::exited);
        CHECK(ended.exit_code == 0);
        CHECK(ended.message == "1 process was left running and ended");
        CHECK(bench.log() == "done\n");
    }
    SECTION("where the program is stopped by its timeout") {
        Command command = bench.misbehave({"daemonize-and-wait"});
        command.timeout = Milliseconds(300);
        CHECK(bench.run(command).how == Ended::How::timeout);
    }
    CHECK(bench.survivors().empty());
}

TEST_CASE("T051 a child that holds the output open holds nobody up") {
    const Workbench bench;
    const Ended ended = bench.run(bench.misbehave({"hold-output"}));
    CHECK(ended.how == Ended::How::exited);
    CHECK(ended.exit_code == 0);
    CHECK(ended.wall < seconds(1));
    CHECK(bench.log() == "done\n");
    CHECK(bench.survivors().empty());
}

TEST_CASE("T051 what a child writes shortly after its parent ended is in the log") {
    const Workbench bench;
    const Ended ended = bench.run(bench.misbehave({"finish-late"}));
    CHECK(ended.message.empty());
    CHECK(bench.log() == "last words\n");
}

TEST_CASE("T049 T052 a whole tree of stubborn processes is killed") {
    const Workbench bench;
    Running running(bench, bench.misbehave({"fork-many", "40"}));
    REQUIRE(eventually([&] { return bench.survivors().size() == 81; }));
    bench.cancel.request("enough");
    const Ended ended = running.end();
    CHECK(ended.how == Ended::How::canceled);
    CHECK(ended.message == "enough");
    CHECK(bench.survivors().empty());
}

TEST_CASE("T049 T057 processes that flee by forking are caught") {
    const Workbench bench;
    const Ended ended = bench.run(bench.misbehave({"flee"}));
    CHECK(ended.how == Ended::How::exited);
    CHECK(bench.survivors().empty());
}

TEST_CASE("T061 a stopped program is ended by its timeout, and its TERM arrives") {
    const Workbench bench;
    Command command = bench.misbehave({"stop-itself"});
    command.timeout = Milliseconds(300);
    command.grace = seconds(30);
    const Ended ended = bench.run(command);
    CHECK(ended.how == Ended::How::timeout);
    CHECK(ended.signal == SIGTERM);
    CHECK(ended.wall < seconds(10));
}

TEST_CASE("a cancel ends the tree and keeps its reason") {
    const Workbench bench;
    SECTION("while it runs") {
        Running running(bench, bench.misbehave({"obey-term"}));
        REQUIRE(eventually([&] { return bench.log_holds("ready"); }));
        bench.cancel.request("canceled by ann");
        const Ended ended = running.end();
        CHECK(ended.how == Ended::How::canceled);
        CHECK(ended.message == "canceled by ann");
        CHECK(ended.exit_code == 7);
    }
    SECTION("before it starts: then it does not") {
        bench.cancel.request("canceled by ann");
        const Ended ended = bench.run(bench.misbehave({"print", "100"}));
        CHECK(ended.how == Ended::How::canceled);
        CHECK(ended.message == "canceled by ann");
        CHECK_FALSE(std::filesystem::exists(bench.log_path()));
    }
    CHECK(bench.survivors().empty());
}

TEST_CASE("T049 nothing survives when the process that runs a Runner is killed") {
    const Workbench bench;
    Command command = bench.misbehave({"daemonize-and-wait"});
    SECTION("with a grace that is shorter than two seconds") {}
    SECTION("with a grace of half an hour: two seconds must do") {
        command.grace = std::chrono::minutes(30);
    }
    Fork daemon([&] { return bench.runner.run(command, bench.cancel).has_value(); });
    REQUIRE(eventually([&] { return bench.log_holds("ready"); }));
    REQUIRE(eventually([&] { return bench.survivors().size() == 2; }));
    const auto busy = bench.runner.wait_for_predecessors(Milliseconds(20));
    REQUIRE_FALSE(busy);
    CHECK(busy.error().code == ErrorCode::timeout);

    daemon.kill();
    CHECK(eventually([&] { return bench.survivors().empty(); }, seconds(4)));
    CHECK(bench.runner.wait_for_predecessors(seconds(10)));
}

TEST_CASE("T049 nothing survives when the supervisor is killed, not even a daemon") {
    const Workbench bench;
    Fork daemon([&] {
        const bool ready = become_subreaper().has_value();
        const auto ended = bench.runner.run(bench.misbehave({"kill-parent"}), bench.cancel);
        return ready && ended && ended->how == Ended::How::supervisor_died &&
               ended->message == "hookd-supervise was killed by SIGKILL" &&
               ::waitpid(-1, nullptr, WNOHANG) == -1;
    });
    CHECK(daemon.succeeded());
    CHECK(bench.survivors().empty());
}

TEST_CASE("T049 orphans of one run are ended while others run on") {
    const Workbench bench;
    Fork daemon([&] {
        bool right = become_subreaper().has_value();
        Result<Ended> other = fail("not ended");
        std::thread beside([&] {
            Command command = bench.misbehave({"obey-term"});
            command.log = bench.folder / "other";
            command.timeout = seconds(2);
            other = bench.runner.run(command, bench.cancel);
        });
        for (int i = 0; i < 3; ++i) {
            const auto ended = bench.runner.run(bench.misbehave({"kill-parent"}), bench.cancel);
            right = right && ended && ended->how == Ended::How::supervisor_died;
        }
        right = right && bench.runner.end_orphans().has_value();
        beside.join();
        return right && other && other->how == Ended::How::timeout && other->exit_code == 7;
    });
    CHECK(daemon.succeeded());
    CHECK(bench.survivors().empty());
}

TEST_CASE("a process that is no sub-reaper loses no child to end_orphans") {
    const Workbench bench;
    Fork child([] {
        ::pause();
        return false;
    });
    CHECK(bench.runner.end_orphans());
    CHECK(::waitpid(-1, nullptr, WNOHANG) == 0);
}

TEST_CASE("T061 a supervisor that its own program stopped is taken for dead") {
    const Workbench bench({.patience = Milliseconds(300)});
    Fork daemon([&] {
        const bool ready = become_subreaper().has_value();
        Command command = bench.misbehave({"stop-parent"});
        command.timeout = Milliseconds(100);
        command.grace = Milliseconds(0);
        const auto ended = bench.runner.run(command, bench.cancel);
        return ready && ended && ended->how == Ended::How::supervisor_died &&
               ended->message == "hookd-supervise did not answer";
    });
    CHECK(daemon.succeeded());
    CHECK(bench.survivors().empty());
}

TEST_CASE("TERM to the supervisor, as from a service manager, is a cancel") {
    const Workbench bench;
    Running running(bench, bench.misbehave({"obey-term"}));
    REQUIRE(eventually([&] { return bench.log_holds("ready"); }));
    const auto children = children_of(::getpid());
    REQUIRE(children.size() == 1);
    ::kill(children.front(), SIGTERM);
    const Ended ended = running.end();
    CHECK(ended.how == Ended::How::canceled);
    CHECK(ended.message == "the supervisor was told to stop");
    CHECK(ended.exit_code == 7);
}
