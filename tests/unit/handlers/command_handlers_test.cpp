#include "handlers/command_handlers.hpp"

#include "handlers/attempt_log.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/handlers/attempt_bench.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::handlers;
using hookd::handlers::test::AttemptBench;
using nlohmann::json;

namespace {

std::string spec(const json& settings) {
    return json{{"settings", settings},
                {"shell", {"/bin/sh", "-eu"}},
                {"env", json::object()},
                {"workspace", "clean"}}
        .dump();
}

}  // namespace

TEST_CASE("run, lint and test run their command in the workspace and log it") {
    const AttemptBench bench;
    const json command = {"/bin/pwd", "-P"};
    handlers::Result result;
    SECTION("run") {
        result = run_run(bench.attempt(spec(command)));
    }
    SECTION("lint") {
        result = run_lint(bench.attempt(spec({{"run", command}})));
    }
    SECTION("test") {
        result = run_test(bench.attempt(spec({{"run", command}})));
    }
    CHECK(result.state == ActionState::success);
    CHECK(result.exit_code == 0);
    CHECK(bench.log() == std::filesystem::canonical(bench.folder / "workspace").string() + "\n");
    CHECK(result.log_bytes == std::ssize(bench.log()));
}

TEST_CASE("a script ends at its first failing command, with that exit status") {
    const AttemptBench bench;
    const auto result = run_run(bench.attempt(spec("echo one\n(exit 3)\necho two")));
    CHECK(result.state == ActionState::failure);
    CHECK(result.reason == "exit status 3");
    CHECK(bench.log() == "one\n");
}

TEST_CASE("hostile values reach a script as environment and stay data") {
    const AttemptBench bench;
    const auto result = run_run(bench.attempt(spec("echo \"$HOOKD_BRANCH\"; ls")));
    CHECK(result.state == ActionState::success);
    CHECK(bench.log() == "x; touch hacked; $(touch hacked)\n");
}

TEST_CASE("a program that is not there is an error, in the log too") {
    const AttemptBench bench;
    const auto result = run_lint(bench.attempt(spec({{"run", {"no-such-linter"}}})));
    CHECK(result.state == ActionState::error);
    CHECK(result.reason == "cannot start \"no-such-linter\": No such file or directory");
    CHECK(bench.log() == "hookd: " + result.reason + "\n");
}

TEST_CASE("a timeout and a cancel end the action and are in its log") {
    AttemptBench bench;
    SECTION("timeout") {
        bench.timeout = Milliseconds(200);
        const auto result = run_run(bench.attempt(spec("printf started; exec sleep 60")));
        CHECK(result.state == ActionState::timeout);
        CHECK(result.reason == "timed out after 200ms");
        CHECK(bench.log() == "started\nhookd: timed out after 200ms\n");
    }
    SECTION("cancel") {
        bench.cancel.request("superseded by run 7");
        const auto result = run_run(bench.attempt(spec("echo started")));
        CHECK(result.state == ActionState::canceled);
        CHECK(result.reason == "superseded by run 7");
        CHECK(bench.log() == "hookd: superseded by run 7\n");
    }
}

TEST_CASE("outputs are taken from the file, also where the command failed") {
    const AttemptBench bench;
    const auto good =
        run_run(bench.attempt(spec("echo image=shop:1 >>\"$HOOKD_OUTPUT\"; echo image=no")));
    CHECK(good.state == ActionState::success);
    CHECK(good.outputs == std::map<std::string, std::string>{{"image", "shop:1"}});
    const auto failed = run_run(bench.attempt(spec("echo code=7 >\"$HOOKD_OUTPUT\"; exit 7")));
    CHECK(failed.state == ActionState::failure);
    CHECK(failed.outputs == std::map<std::string, std::string>{{"code", "7"}});
}

TEST_CASE("T059 outputs that break the rules make a success a failure") {
    const AttemptBench bench;
    const auto result = run_run(bench.attempt(spec("echo nonsense >\"$HOOKD_OUTPUT\"")));
    CHECK(result.state == ActionState::failure);
    CHECK(result.exit_code == 0);
    CHECK(result.reason == "the output file has the line \"nonsense\", which must be key=value");
    CHECK(result.outputs.empty());
    const auto failed = run_run(bench.attempt(spec("echo bad >\"$HOOKD_OUTPUT\"; exit 7")));
    CHECK(failed.reason == "exit status 7");
}

TEST_CASE("T059 what a command prints is output and nothing else") {
    const AttemptBench bench;
    const auto result = run_run(
        bench.attempt(spec("echo '::set-output name=a::b'; echo '##[add-path]/x'; exit 1")));
    CHECK(result.state == ActionState::failure);
    CHECK(result.outputs.empty());
}

TEST_CASE("settings that are no command are an error, not a crash") {
    const AttemptBench bench;
    for (const std::string& wrong :
         {std::string("not json"), spec(json::object()), spec(7), spec(nullptr)}) {
        CHECK(run_run(bench.attempt(wrong)).state == ActionState::error);
        CHECK(run_lint(bench.attempt(wrong)).state == ActionState::error);
        CHECK(run_test(bench.attempt(wrong)).state == ActionState::error);
    }
}

TEST_CASE("lines of ours stand on lines of their own and cannot carry control bytes") {
    const AttemptBench bench;
    std::ofstream(bench.folder / "log") << "no newline";
    append_to_log(bench.folder / "log", "first\nsecond \x1b[31mred");
    append_to_log(bench.folder / "log", "third");
    CHECK(bench.log() == "no newline\nhookd: first second \xEF\xBF\xBD[31mred\nhookd: third\n");
    append_to_log(bench.folder / "no" / "log", "lost, and nobody minds");
}

TEST_CASE("the table knows the commands and what becomes of them when their worker dies") {
    for (const char* key : {"run", "lint", "test"}) {
        const Handler* handler = find(key);
        REQUIRE(handler != nullptr);
        CHECK(handler->key == key);
        CHECK(handler->on_lost == OnLost::retry);
        CHECK(handler->run != nullptr);
    }
    CHECK(find("run")->run == run_run);
    CHECK(find("lint")->run == run_lint);
    CHECK(find("test")->run == run_test);
    CHECK(find("") == nullptr);
    CHECK(find("Run") == nullptr);
    CHECK(table().front().key == "run");
}
