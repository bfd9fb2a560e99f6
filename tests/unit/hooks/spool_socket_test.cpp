#include "tests/support/catch.hpp"
#include "tests/unit/hooks/spooling.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::Spooling;

TEST_CASE("a hook that asks is told its events and the rules that run") {
    Spooling spooling;
    spooling.start();
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    const auto answer = spooling.ask(spooling.put(record));
    REQUIRE(answer);
    CHECK(answer->verdict == SpoolAnswer::Verdict::taken);
    REQUIRE(answer->refs.size() == 1);
    CHECK(answer->refs[0] ==
          RefAnswer{RefAnswer::What::queued, record.updates[0].event, {"checks", "release"}, ""});
    CHECK(spooling.left().empty());
    // Asked again, as by a hook whose file was taken before it asked.
    CHECK(spooling.ask(spool_file_name(record)) == answer);
}

TEST_CASE("who says something else than a file's name is shown the door") {
    Spooling spooling;
    spooling.start();
    CHECK_FALSE(spooling.ask("../../../etc/passwd"));
    CHECK_FALSE(spooling.ask(std::string(4000, 'x')));
    CHECK_FALSE(spooling.ask(""));
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    CHECK(spooling.ask(spooling.put(record)));
}

TEST_CASE("a socket that nobody answers on is replaced, one in use is not") {
    Spooling spooling;
    spooling.start();
    config::Current configuration{config::Configuration{}};
    const RealClock clock;
    Log log(Log::Format::text, Log::Level::error);
    SpoolIntake second({spooling.spool(), spooling.socket()}, configuration,
                       spooling.queue.intake(), clock, log);
    const auto refused = second.start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::exists);
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    CHECK(spooling.ask(spooling.put(record)));

    // A daemon that was killed leaves its socket's name.
    std::filesystem::create_hard_link(spooling.socket(), spooling.repository.folder() / "kept");
    spooling.stop();
    std::filesystem::rename(spooling.repository.folder() / "kept", spooling.socket());
    spooling.start();
    const auto later = spooling.record({spooling.update(spooling.second, spooling.third)});
    CHECK(spooling.ask(spooling.put(later)));
}

TEST_CASE("T032 strangers are not told about others' pushes") {
    if (::geteuid() != 0) {
        WARN("skipped: becoming somebody else needs root");
        return;
    }
    Spooling spooling;
    REQUIRE(::chmod(spooling.repository.folder().c_str(), 0755) == 0);
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    spooling.put(record);
    auto pipe = make_pipe();
    REQUIRE(pipe);
    // Forked before there are threads.
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        char go = 0;
        const bool started = ::read(pipe->read.get(), &go, 1) == 1 && ::setuid(65534) == 0;
        const auto answer = spooling.ask(spool_file_name(record));
        ::_exit(!started ? 3 : answer ? 1 : answer.error().code == ErrorCode::unavailable ? 2 : 0);
    }
    spooling.start();
    // Wider than it is ever made, so that a stranger comes in at all.
    REQUIRE(::chmod(spooling.socket().c_str(), 0666) == 0);
    REQUIRE(spooling.ask(spool_file_name(record)));
    REQUIRE(write_all(pipe->write.get(), "x"));
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("the socket is its owner's alone, or also the spool's group's") {
    Spooling spooling;
    mode_t expected = 0600;
    SECTION("the owner's alone") {}
    SECTION("the group's that may write the spool") {
        REQUIRE(::chmod(spooling.spool().c_str(), 03770) == 0);
        expected = 0660;
    }
    spooling.start();
    struct ::stat socket {};
    struct ::stat spool {};
    REQUIRE(::stat(spooling.socket().c_str(), &socket) == 0);
    REQUIRE(::stat(spooling.spool().c_str(), &spool) == 0);
    CHECK((socket.st_mode & 0777U) == expected);
    CHECK(socket.st_gid == spool.st_gid);
}
