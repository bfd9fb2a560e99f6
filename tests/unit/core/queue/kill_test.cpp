#include "core/base/fd.hpp"
#include "core/base/text.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <set>

extern char** environ;

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;

namespace {

/// Lets the program run until it has acknowledged `enough` events, kills it, and gives all that it
/// acknowledged until it was dead.
std::vector<std::string> run_and_kill(const std::filesystem::path& file, std::size_t enough) {
    auto pipe = make_pipe();
    REQUIRE(pipe);
    ::posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe->write.get(), STDOUT_FILENO);
    std::string program = HOOKD_BIN_DIR "/accept_until_killed";
    std::string argument = file.string();
    char* arguments[] = {program.data(), argument.data(), nullptr};
    ::pid_t child = -1;
    REQUIRE(::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    pipe->write.reset();

    std::string text;
    char block[4096];
    bool killed = false;
    for (;;) {
        const auto got = ::read(pipe->read.get(), block, sizeof block);
        if (got <= 0) {
            break;
        }
        text.append(block, static_cast<std::size_t>(got));
        if (!killed && text.size() / 27 >= enough) {
            ::kill(child, SIGKILL);
            killed = true;
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    std::vector<std::string> ids;
    for (const auto line : split(text, '\n')) {
        if (line.size() == 26) {
            ids.emplace_back(line);
        }
    }
    return ids;
}

}  // namespace

TEST_CASE("T078 killed at any moment, what was acknowledged is there, exactly once") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "queue.db";
    const RealClock clock;
    REQUIRE(open_sqlite({.file = file, .mode = OpenMode::create_if_missing}, clock));
    std::mt19937 random(std::random_device{}());
    std::set<std::string> acknowledged;
    for (int round = 0; round < 20; ++round) {
        for (auto& id : run_and_kill(file, 1 + random() % 300)) {
            CHECK(acknowledged.insert(std::move(id)).second);
        }
        auto queue = open_sqlite({.file = file}, clock);
        if (!queue) {
            FAIL(queue.error().message);
        }
        const auto node = (*queue)->register_node("host");
        REQUIRE(node);
        REQUIRE((*queue)->recover(*node));
        CHECK((*queue)->status().value().running == 0);
    }
    RawDatabase raw(file);
    const auto events = raw.number("SELECT count(*) FROM event");
    // Four were on their way each time it was killed, and may have been stored.
    CHECK(static_cast<std::size_t>(events) >= acknowledged.size());
    CHECK(static_cast<std::size_t>(events) <= acknowledged.size() + std::size_t{20} * 4);
    for (const std::string& id : acknowledged) {
        CHECK(raw.number("SELECT count(*) FROM event WHERE ulid = '" + id + "'") == 1);
    }
    CHECK(raw.number("SELECT count(*) FROM run") == events);
    CHECK(raw.number("SELECT count(*) FROM action") == events);
    CHECK(raw.number("SELECT count(*) FROM delivery") == events);
    CHECK(raw.number("SELECT count(*) FROM arrival") == events);
    CHECK(raw.number("SELECT count(*) FROM queue") ==
          raw.number("SELECT count(*) FROM action WHERE state IS NULL"));
    CHECK(raw.number("SELECT count(*) FROM run WHERE n_idle + n_running + n_passed + n_failed + "
                     "n_canceled + n_superseded <> 1") == 0);
    CHECK(raw.text("PRAGMA integrity_check") == "ok");
    CHECK(raw.text("PRAGMA foreign_key_check").empty());
}
