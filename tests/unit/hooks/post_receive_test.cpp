#include "hooks/post_receive/post_receive.hpp"

#include "core/base/fd.hpp"
#include "core/base/file.hpp"
#include "hooks/hook_settings.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/hooks/sample_record.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::TemporaryFolder;

namespace {

const std::string k_input = std::string(40, '0') + " " + std::string(40, 'a') +
                            " refs/heads/main\n" + std::string(40, 'a') + " " +
                            std::string(40, 'b') + " refs/heads/\xFF\xFE\n";

/// A repository's folder as installation leaves it, and one call of the hook in it.
class Installed {
  public:
    Installed() {
        REQUIRE(make_folders(repository / "hookd", 0755));
        REQUIRE(make_folders(repository / "hooks/post-receive.d", 0755));
        REQUIRE(make_folders(spool, 0700));
        const HookSettings settings{"0.1.0", spool.string(), socket.string()};
        REQUIRE(write_file_durably(repository / "hookd/settings", to_text(settings), 0644));
        git_dir_ = "GIT_DIR=" + repository.string();
        auto output = make_pipe();
        REQUIRE(output);
        output_ = std::move(*output);
    }

    /// A hook that was there before.
    void chain(const std::string& name, const std::string& text, mode_t mode = 0755) const {
        REQUIRE(write_file_durably(repository / "hooks/post-receive.d" / name, text, mode));
        REQUIRE(::chmod((repository / "hooks/post-receive.d" / name).c_str(), mode) == 0);
    }

    int run(const std::string& input, Milliseconds total = Milliseconds{5000}) {
        auto pipe = make_pipe();
        REQUIRE(pipe);
        REQUIRE(write_all(pipe->write.get(), input));
        pipe->write.reset();
        return run_with(pipe->read.get(), total);
    }

    int run_with(int input, Milliseconds total) {
        const char* const environment[] = {git_dir_.c_str(), nullptr};
        PostReceive call;
        call.program = (repository / "hooks/post-receive").string();
        call.environment = environment;
        call.input = input;
        call.output = output_.write.get();
        call.total = total;
        call.answer = Milliseconds{100};
        return run_post_receive(call);
    }

    [[nodiscard]] std::string printed() const {
        std::string text(100'000, '\0');
        REQUIRE(::fcntl(output_.read.get(), F_SETFL, O_NONBLOCK) == 0);
        const auto got = ::read(output_.read.get(), text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }

    [[nodiscard]] std::vector<SpoolRecord> spooled() const {
        std::vector<SpoolRecord> records;
        for (const auto& entry : std::filesystem::directory_iterator(spool)) {
            const auto record = spool_record_from(read_file(entry.path()).value());
            REQUIRE(record);
            records.push_back(*record);
        }
        return records;
    }

    [[nodiscard]] int output() const { return output_.write.get(); }

    TemporaryFolder folder;
    std::filesystem::path repository = folder / "a b.git";
    std::filesystem::path spool = folder / "state/spool";
    std::filesystem::path socket = folder / "state/spool.sock";

  private:
    std::string git_dir_;
    Pipe output_;
};

std::string content(const std::filesystem::path& path) {
    return read_file(path).value_or("");
}

}  // namespace

TEST_CASE("a push is in the spool when the hook returns, and an absent daemon is said") {
    Installed repository;
    CHECK(repository.run(k_input) == 0);
    const auto records = repository.spooled();
    REQUIRE(records.size() == 1);
    CHECK(records[0].repository == repository.repository);
    CHECK(records[0].uid == ::geteuid());
    REQUIRE(records[0].updates.size() == 2);
    CHECK(records[0].updates[1].ref == "refs/heads/\xFF\xFE");
    CHECK(repository.printed() ==
          "hookd: not running; kept 2 events, they will run when it is back\n");
}

TEST_CASE("T029 a daemon that listens and never answers costs its time and no more") {
    Installed repository;
    const Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    repository.socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = static_cast<const ::sockaddr*>(static_cast<const void*>(&address));
    REQUIRE(::bind(listener.get(), generic, sizeof address) == 0);
    REQUIRE(::listen(listener.get(), 4) == 0);
    const RealClock clock;
    const auto start = clock.boot();
    CHECK(repository.run(k_input) == 0);
    CHECK(clock.boot() - start < std::chrono::seconds(3));
    CHECK(repository.printed() == "hookd: busy; kept 2 events, they will run soon\n");
    CHECK(repository.spooled().size() == 1);
}

TEST_CASE("T029 output that nobody takes ends at the deadline, and later hooks still run") {
    Installed repository;
    repository.chain("50-previous", "#!/bin/sh\ncat > " + repository.folder.path().string() +
                                        "/seen 2>/dev/null\n");
    // The pipe is full, as that of a client that is gone.
    REQUIRE(::fcntl(repository.output(), F_SETFL, O_NONBLOCK) == 0);
    const std::string block(4096, 'x');
    while (::write(repository.output(), block.data(), block.size()) > 0) {
    }
    REQUIRE(::fcntl(repository.output(), F_SETFL, 0) == 0);
    const RealClock clock;
    const auto start = clock.boot();
    CHECK(repository.run(k_input, Milliseconds{300}) == 0);
    CHECK(clock.boot() - start >= Milliseconds{290});
    CHECK(clock.boot() - start < std::chrono::seconds(5));
    CHECK(repository.spooled().size() == 1);
    CHECK(content(repository.folder / "seen") == k_input);
}

TEST_CASE("T029 input that never ends is given up at the deadline, and nothing is half recorded") {
    Installed repository;
    repository.chain("50-previous",
                     "#!/bin/sh\ntouch " + repository.folder.path().string() + "/seen\n");
    auto pipe = make_pipe();
    REQUIRE(pipe);
    REQUIRE(write_all(pipe->write.get(), k_input));
    CHECK(repository.run_with(pipe->read.get(), Milliseconds{200}) == 0);
    CHECK(repository.spooled().empty());
    CHECK(repository.printed().starts_with("hookd: could not record this push: git's list of "));
    CHECK_FALSE(std::filesystem::exists(repository.folder / "seen"));
}

TEST_CASE("T030 a spool that cannot be written is said, and the push stands") {
    Installed repository;
    REQUIRE(remove_tree(repository.spool));
    CHECK(repository.run(k_input) == 0);
    CHECK(repository.printed().starts_with(
        "hookd: could not record this push: cannot open the spool folder: No such file or "
        "directory\nhookd: the push itself stands"));
}

TEST_CASE("T096 settings that others may write are not followed") {
    Installed repository;
    REQUIRE(::chmod((repository.repository / "hookd/settings").c_str(), 0666) == 0);
    CHECK(repository.run(k_input) == 0);
    CHECK(repository.spooled().empty());
    CHECK(repository.printed().find("others may write") != std::string::npos);
}

TEST_CASE("a push that moved nothing is not recorded and prints nothing") {
    Installed repository;
    CHECK(repository.run("") == 0);
    CHECK(repository.run(std::string(40, '0') + " " + std::string(40, '0') + " refs/heads/x\n") ==
          0);
    CHECK(repository.spooled().empty());
    CHECK(repository.printed().empty());
}

TEST_CASE("hooks that were there run in order with git's bytes, and the first failure counts") {
    Installed repository;
    const std::string out = repository.folder.path().string();
    const std::string append =
        "cat >> '" + out + "/seen'; echo \"-$(basename \"$0\")\" >> '" + out + "/seen'\n";
    repository.chain("10-first", "#!/bin/sh\n" + append);
    repository.chain("20-no-interpreter", append + "exit 7\n");
    repository.chain("30-ends-by-signal", "#!/bin/sh\n" + append + "kill -TERM $$\n");
    repository.chain("40-reads-nothing", "#!/bin/sh\necho -40 >> '" + out + "/seen'\n");
    repository.chain("50-not-executable", "#!/bin/sh\n" + append, 0644);
    repository.chain("60-copy~", "#!/bin/sh\n" + append);
    repository.chain(".hidden", "#!/bin/sh\n" + append);
    REQUIRE(make_folders(repository.repository / "hooks/post-receive.d/70-folder"));
    CHECK(repository.run(k_input) == 7);
    CHECK(content(repository.folder / "seen") == k_input + "-10-first\n" + k_input +
                                                     "-20-no-interpreter\n" + k_input +
                                                     "-30-ends-by-signal\n-40\n");
    CHECK(repository.spooled().size() == 1);
}

TEST_CASE("a hook that was there takes longer than our deadline and is not disturbed") {
    Installed repository;
    const std::string out = repository.folder.path().string();
    repository.chain("50-previous", "#!/bin/sh\nsleep 0.4\ngrep SigIgn /proc/$$/status > '" + out +
                                        "/signals'\nexit 3\n");
    const auto before = ::signal(SIGPIPE, SIG_IGN);  // as the program does
    CHECK(repository.run(k_input, Milliseconds{50}) == 3);
    ::signal(SIGPIPE, before);
    // Bit 13 is SIGPIPE, which we ignore and it must not.
    const auto signals = content(repository.folder / "signals");
    REQUIRE(signals.size() > 8);
    CHECK((std::stoull(signals.substr(signals.find_first_of("0123456789")), nullptr, 16) &
           (1ULL << 12U)) == 0);
}

TEST_CASE("a hook that cannot be started is said and counts as failed") {
    Installed repository;
    repository.chain("50-previous", "#!/no/such/interpreter\n");
    CHECK(repository.run(k_input) == 1);
    CHECK(repository.printed().find("cannot run") != std::string::npos);
}
