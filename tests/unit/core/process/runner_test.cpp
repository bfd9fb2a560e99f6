#include "core/base/text.hpp"
#include "tests/unit/core/process/workbench.hpp"

#include <sys/resource.h>

#include <csignal>
#include <optional>
#include <set>

using namespace hookd;
using namespace hookd::process;
using namespace hookd::process::test;

TEST_CASE("a program's status, output, times and memory are told") {
    const Workbench bench;
    SECTION("success") {
        const Ended ended = bench.run(bench.misbehave({"print", "200"}));
        CHECK(ended.how == Ended::How::exited);
        CHECK(ended.exit_code == 0);
        CHECK(ended.message.empty());
        CHECK(ended.log_bytes == 204);
        CHECK(ended.log_dropped_bytes == 0);
        CHECK(bench.log() == std::string(99, 'x') + "\n" + std::string(99, 'x') + "\nend\n");
    }
    SECTION("an exit status of its own") {
        const Ended ended = bench.run(bench.misbehave({"exit", "75"}));
        CHECK(ended.how == Ended::How::exited);
        CHECK(ended.exit_code == 75);
        CHECK(ended.signal == 0);
    }
    SECTION("death by a signal") {
        const Ended ended = bench.run(bench.misbehave({"die-by-signal", std::to_string(SIGSEGV)}));
        CHECK(ended.how == Ended::How::signaled);
        CHECK(ended.signal == SIGSEGV);
    }
    SECTION("work and memory") {
        const Ended ended = bench.run(bench.misbehave({"use-memory", "48"}));
        CHECK(ended.cpu.count() > 10);
        CHECK(ended.wall.count() > 10);
        CHECK(ended.peak_memory_bytes > std::int64_t{48} << 20);
    }
}

TEST_CASE("what cannot be started says why, and is no exit status") {
    const Workbench bench;
    Command command = bench.misbehave({});
    SECTION("a name that is in no folder of PATH") {
        command.arguments = {"no-such-program"};
        command.environment = {"PATH=/usr/bin:/bin"};
        const Ended ended = bench.run(command);
        CHECK(ended.how == Ended::How::not_started);
        CHECK(ended.message == "cannot start \"no-such-program\": No such file or directory");
    }
    SECTION("a name and no PATH at all") {
        command.arguments = {"true"};
        command.environment = {};
        CHECK(bench.run(command).how == Ended::How::not_started);
    }
    SECTION("a file that is no program") {
        command.arguments = {"./data"};
        std::ofstream(bench.folder / "data") << "text";
        const Ended ended = bench.run(command);
        CHECK(ended.how == Ended::How::not_started);
        CHECK(ended.message == "cannot start \"./data\": Permission denied");
    }
    SECTION("a script whose interpreter is missing") {
        command.arguments = {"./script"};
        std::ofstream(bench.folder / "script") << "#!/no/such/shell\n";
        std::filesystem::permissions(bench.folder / "script", std::filesystem::perms::owner_all);
        const Ended ended = bench.run(command);
        CHECK(ended.how == Ended::How::not_started);
        CHECK(ended.message ==
              "cannot start \"./script\": the interpreter that it names is not there");
    }
    SECTION("a folder that is not there") {
        command.folder = bench.folder / "gone";
        const Ended ended = bench.run(command);
        CHECK(ended.how == Ended::How::not_started);
        CHECK(ended.message.starts_with("cannot enter \""));
    }
    SECTION("a log that cannot be written") {
        command.log = bench.folder / "gone" / "log";
        CHECK(bench.run(command).how == Ended::How::not_started);
    }
    SECTION("a log that is a link") {
        std::filesystem::create_symlink(bench.folder / "elsewhere", command.log);
        CHECK(bench.run(command).how == Ended::How::not_started);
        CHECK_FALSE(std::filesystem::exists(bench.folder / "elsewhere"));
    }
    SECTION("arguments beyond what the kernel takes") {
        command.arguments.insert(command.arguments.end(), 64, std::string(131'000, 'a'));
        const Ended ended = bench.run(command);
        CHECK(ended.how == Ended::How::not_started);
        CHECK(ended.message.ends_with("Argument list too long"));
    }
    CHECK(bench.survivors().empty());
}

TEST_CASE("a command that makes no sense is refused before anything starts") {
    const Workbench bench;
    Command command = bench.misbehave({});
    SECTION("no program") {
        command.arguments.clear();
    }
    SECTION("an empty name") {
        command.arguments = {""};
    }
    SECTION("a NUL byte") {
        command.arguments.push_back(std::string("a\0b", 3));
    }
    SECTION("a NUL byte in the environment") {
        command.environment.push_back(std::string("A=\0b", 4));
    }
    const auto ended = bench.runner.run(command, bench.cancel);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == ErrorCode::invalid);
}

TEST_CASE("a supervisor that is not there is an error") {
    const hookd::test::TemporaryFolder folder;
    const Runner runner(folder / "no-supervisor", folder / "presence");
    Command command;
    command.arguments = {"/bin/true"};
    const auto ended = runner.run(command, Cancel());
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == ErrorCode::not_found);
}

TEST_CASE("a person who starts the supervisor by hand is told, and nothing happens") {
    const hookd::test::TemporaryFolder folder;
    const std::string error = (folder / "error").string();
    const int status =
        std::system((std::string(HOOKD_BIN_DIR) + "/hookd-supervise 3<&- 2>" + error).c_str());
    CHECK(WEXITSTATUS(status) == 2);
    CHECK(Workbench::content_of(error) == "hookd-supervise: hookd starts this program by itself\n");
}

TEST_CASE("more than a frame holds is refused, and the supervisor goes") {
    const Workbench bench;
    Command command = bench.misbehave({});
    command.arguments.push_back(std::string(std::size_t{65} << 20, 'a'));
    const auto ended = bench.runner.run(command, bench.cancel);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == ErrorCode::invalid);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("a program is found in the PATH it is given, not in ours") {
    const Workbench bench;
    std::filesystem::create_directory(bench.folder / "bin");
    std::filesystem::create_symlink(std::string(HOOKD_BIN_DIR) + "/misbehave",
                                    bench.folder / "bin" / "hello");
    Command command = bench.misbehave({});
    command.arguments = {"hello", "exit", "3"};
    command.environment = {"PATH=/nowhere:" + (bench.folder / "bin").string()};
    CHECK(bench.run(command).exit_code == 3);
}

TEST_CASE("arguments arrive byte for byte, also where there are more than a pipe holds") {
    const Workbench bench;
    Command command = bench.misbehave({"arguments", "", "a b", "$HOME;`id`", "\xff\n\x01\xfe"});
    command.arguments.insert(command.arguments.end(), 3, std::string(100'000, 'a'));
    CHECK(bench.run(command).exit_code == 0);
    const std::string big = "[" + std::string(100'000, 'a') + "]\n";
    CHECK(bench.log() == "[]\n[a b]\n[$HOME;`id`]\n[\xff\n\x01\xfe]\n" + big + big + big);
}

TEST_CASE("T028 the environment is exactly what the command says") {
    ::setenv("HOOKD_TEST_LEAK", "from the daemon", 1);
    const Workbench bench;
    Command command = bench.misbehave({"environment"});
    command.environment = {"B=2", "A=with spaces\nand lines", "EMPTY="};
    bench.run(command);
    CHECK(bench.log() == "B=2\nA=with spaces\nand lines\nEMPTY=\n");
    ::unsetenv("HOOKD_TEST_LEAK");
}

TEST_CASE("T056 the program has descriptors 0, 1 and 2 and no other") {
    const Workbench bench;
    const int careless = ::open("/dev/null", O_RDONLY);  // not close-on-exec, as some library's
    std::string input;
    SECTION("without input") {}
    SECTION("with input") {
        input = "text";
    }
    Command command = bench.misbehave({"descriptors"});
    command.input = input;
    bench.run(command);
    const std::string log = bench.log();
    const auto lines = split(trim(log), '\n');
    CHECK(std::set<std::string_view>(lines.begin(), lines.end()) ==
          std::set<std::string_view>{"0", "1", "2"});
    ::close(careless);
}

TEST_CASE("signals are default and unblocked, the session is its own, cores are off") {
    ::sigset_t all;
    ::sigset_t before;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, &before);
    const auto old = std::signal(SIGPIPE, SIG_IGN);
    const Workbench bench;
    bench.run(bench.misbehave({"state"}));
    CHECK(bench.log().find("signals 0 leads 1 core 0 umask 022 ") == 0);
    std::signal(SIGPIPE, old);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("a program may open as many files as it is given, up to the hard limit") {
    ::rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const auto files_of = [](std::optional<std::uint64_t> given) {
        const Workbench bench({.open_files = given});
        bench.run(bench.misbehave({"state"}));
        return bench.log().substr(bench.log().find(" files "));
    };
    CHECK(files_of(std::nullopt) == " files " + std::to_string(limit.rlim_cur) + "\n");
    CHECK(files_of(200) == " files 200\n");
    CHECK(files_of(RLIM_INFINITY) == " files " + std::to_string(limit.rlim_max) + "\n");
}

TEST_CASE("standard input is the given bytes, or nothing") {
    const Workbench bench;
    Command command = bench.misbehave({"copy-input"});
    SECTION("nothing") {
        bench.run(command);
        CHECK(bench.log().empty());
    }
    SECTION("more than a pipe holds, any bytes") {
        for (int i = 0; i < 3'000'000; ++i) {
            command.input += static_cast<char>(i * 7);
        }
        bench.run(command);
        CHECK(bench.log() == command.input);
    }
}

TEST_CASE("a log that exists is appended to") {
    const Workbench bench;
    std::ofstream(bench.log_path()) << "before\n";
    bench.run(bench.misbehave({"print", "0"}));
    bench.run(bench.misbehave({"print", "0"}));
    CHECK(bench.log() == "before\nend\nend\n");
}

TEST_CASE("many run at once from many threads") {
    const Workbench bench;
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&bench, &right, t] {
            for (int i = 0; i < 4; ++i) {
                Command command = bench.misbehave({"exit", std::to_string(10 * t + i)});
                command.log = bench.folder / ("log" + std::to_string(t));
                const auto ended = bench.runner.run(command, bench.cancel);
                right += ended && ended->exit_code == 10 * t + i ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(right == 32);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // and no child of ours is left, dead or alive
}
