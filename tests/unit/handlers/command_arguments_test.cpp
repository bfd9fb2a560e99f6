#include "handlers/command.hpp"
#include "handlers/settings.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::handlers;
using nlohmann::json;
using Arguments = std::vector<std::string>;
using process::Ended;

TEST_CASE("a list is a program and its arguments as they stand") {
    const json shell = {"/bin/sh", "-eu"};
    CHECK(command_arguments({"make", "a b", "$x", ""}, shell) ==
          Arguments{"make", "a b", "$x", ""});
}

TEST_CASE("a text is a script that the shell is given whole") {
    CHECK(command_arguments("make && echo $1", {"/bin/sh", "-eu"}) ==
          Arguments{"/bin/sh", "-eu", "-c", "make && echo $1", "hookd"});
    CHECK(command_arguments("-x", {"bash"}) == Arguments{"bash", "-c", "-x", "hookd"});
}

TEST_CASE("what is no command is refused") {
    const json shell = {"/bin/sh"};
    for (const json& run : {json(), json(7), json::array(), json::array({""}),
                            json::array({"make", 7}), json::object({{"run", "x"}})}) {
        const auto arguments = command_arguments(run, shell);
        REQUIRE_FALSE(arguments);
        CHECK(arguments.error().code == ErrorCode::invalid);
    }
    CHECK_FALSE(command_arguments("script", json::array()));
    CHECK_FALSE(command_arguments("script", json("sh")));
}

TEST_CASE("a stored spec must have settings and a shell") {
    CHECK(read_spec(R"({"settings": {}, "shell": ["/bin/sh"]})"));
    for (const char* spec :
         {"", "[]", "{", R"({"settings": {}})", R"({"shell": ["/bin/sh"]})",
          R"({"settings": {}, "shell": []})", R"({"settings": {}, "shell": "/bin/sh"})",
          R"({"settings": {}, "shell": ["/bin/sh", 1]})"}) {
        INFO(spec);
        CHECK_FALSE(read_spec(spec));
    }
}

TEST_CASE("every way a command ends is a state and a reason") {
    const auto result = [](Ended::How how, int exit_code, int signal, std::string message,
                           Milliseconds timeout = std::chrono::minutes(5)) {
        Ended ended;
        ended.how = how;
        ended.exit_code = exit_code;
        ended.signal = signal;
        ended.message = std::move(message);
        ended.cpu = Milliseconds(11);
        ended.peak_memory_bytes = 12;
        ended.log_bytes = 13;
        ended.log_dropped_bytes = 14;
        return result_of(ended, timeout);
    };
    const auto success = result(Ended::How::exited, 0, 0, "");
    CHECK(success.state == ActionState::success);
    CHECK(success.reason.empty());
    CHECK(success.exit_code == 0);
    CHECK(success.cpu == Milliseconds(11));
    CHECK(success.peak_memory_bytes == 12);
    CHECK(success.log_bytes == 13);
    CHECK(success.log_dropped_bytes == 14);

    const auto failure = result(Ended::How::exited, 3, 0, "");
    CHECK(failure.state == ActionState::failure);
    CHECK(failure.reason == "exit status 3");
    CHECK(failure.exit_code == 3);

    const auto crash = result(Ended::How::signaled, 0, 11, "");
    CHECK(crash.state == ActionState::failure);
    CHECK(crash.reason == "killed by SIGSEGV");
    CHECK(crash.signal == 11);
    CHECK_FALSE(crash.exit_code);

    // 0 is how a program exits that obeys TERM: it was no success all the same.
    const auto timeout = result(Ended::How::timeout, 0, 0, "");
    CHECK(timeout.state == ActionState::timeout);
    CHECK(timeout.reason == "timed out after 5m");
    CHECK_FALSE(timeout.exit_code);
    CHECK(result(Ended::How::timeout, 0, 9, "", Milliseconds(5'430'250)).reason ==
          "timed out after 1h30m30s250ms");

    const auto canceled = result(Ended::How::canceled, 0, 0, "canceled by ann");
    CHECK(canceled.state == ActionState::canceled);
    CHECK(canceled.reason == "canceled by ann");
    CHECK(result(Ended::How::canceled, 0, 0, "").reason == "canceled");

    const auto missing = result(Ended::How::not_started, 0, 0, "cannot start \"x\n\x1b[2J\"");
    CHECK(missing.state == ActionState::error);
    CHECK(missing.reason.find_first_of("\n\x1b") == std::string::npos);

    CHECK(result(Ended::How::supervisor_died, 0, 0, "why").state == ActionState::error);

    const auto impossible = result_of(fail("no supervisor"), Milliseconds(1));
    CHECK(impossible.state == ActionState::error);
    CHECK(impossible.reason == "no supervisor");
}
