#include "core/base/text.hpp"
#include "core/process/capped_log.hpp"
#include "core/process/process_tree.hpp"
#include "tests/unit/core/process/workbench.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>

using namespace hookd;
using namespace hookd::process;
using namespace hookd::process::test;

namespace {

constexpr std::int64_t k_mebibyte = std::int64_t{1} << 20;

/// "VmRSS:     1234 kB" of a process in bytes; 0 where it is gone.
std::int64_t resident_bytes(::pid_t pid) {
    const std::string status = Workbench::content_of("/proc/" + std::to_string(pid) + "/status");
    const std::size_t at = status.find("VmRSS:");
    return at == std::string::npos ? 0 : std::stoll(status.substr(at + 6)) * 1024;
}

/// The log of these appends.
std::string logged(const hookd::test::TemporaryFolder& folder, std::int64_t cap,
                   const std::vector<std::string>& appended) {
    std::filesystem::remove(folder / "log");
    auto log = CappedLog::open(folder / "log", cap);
    REQUIRE(log);
    std::int64_t size = 0;
    for (const std::string& output : appended) {
        log->append(output);
        size += std::ssize(output);
    }
    log->finish();
    CHECK(log->written_bytes() == size);
    CHECK(log->dropped_bytes() == std::max<std::int64_t>(size - cap, 0));
    CHECK(log->problem().empty());
    return Workbench::content_of(folder / "log");
}

}  // namespace

TEST_CASE("T053 a log keeps the first and the last half of its cap, whatever the pieces are") {
    const hookd::test::TemporaryFolder folder;
    const std::string dropped5 = "hookd: 5 bytes of output were dropped here; the log keeps 10\n";
    CHECK(logged(folder, 10, {}).empty());
    CHECK(logged(folder, 10, {"0123456789"}) == "0123456789");
    CHECK(logged(folder, 10, {"012345678", "9"}) == "0123456789");
    CHECK(logged(folder, 10, {"0", "1", "2", "3", "4", "5"}) == "012345");
    CHECK(logged(folder, 10, {"0123456789abcde"}) == "01234\n" + dropped5 + "abcde");
    CHECK(logged(folder, 10, {"0123\n56789", "a", "bcd", "e"}) == "0123\n" + dropped5 + "abcde");
    CHECK(logged(folder, 10, {"0", "123456", "789abcd", "e"}) == "01234\n" + dropped5 + "abcde");
    CHECK(logged(folder, 1, {"a", "b", "c"}) ==
          "hookd: 2 bytes of output were dropped here; the log keeps 1\nc");
    CHECK(logged(folder, 0, {"abc"}) ==
          "hookd: 3 bytes of output were dropped here; the log keeps 0\n");
}

TEST_CASE("T053 the end of a log is the end of the output for every size and piece") {
    const hookd::test::TemporaryFolder folder;
    std::string output;
    for (int i = 0; i < 200; ++i) {
        output += static_cast<char>('a' + i % 26);
    }
    for (std::size_t size = 60; size <= output.size(); size += 7) {
        for (std::size_t piece = 1; piece < 40; piece += 3) {
            std::vector<std::string> pieces;
            for (std::size_t at = 0; at < size; at += piece) {
                pieces.push_back(output.substr(at, std::min(piece, size - at)));
            }
            const std::string log = logged(folder, 51, pieces);
            REQUIRE(log.starts_with(output.substr(0, 25) + "\nhookd: "));
            REQUIRE(log.ends_with("\n" + output.substr(size - 26, 26)));
        }
    }
}

TEST_CASE("a full disk costs output, not the program, and is told") {
    // A device that is always full behind the name would be no regular file: a limit of our own
    // on the size of files does the same to write(2).
    const hookd::test::TemporaryFolder folder;
    Fork child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const ::rlimit limit{100, 100};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto log = CappedLog::open(folder / "log", 1000);
        log->append(std::string(300, 'a'));
        log->append(std::string(900, 'b'));
        log->finish();
        return log->dropped_bytes() == 1100 && log->written_bytes() == 1200 &&
               log->problem() == "cannot write the log: File too large";
    });
    CHECK(child.succeeded());
    CHECK(Workbench::content_of(folder / "log") == std::string(100, 'a'));
}

TEST_CASE("T053 a log is no FIFO and no device") {
    const hookd::test::TemporaryFolder folder;
    ::mkfifo((folder / "log").c_str(), 0600);
    CHECK_FALSE(CappedLog::open(folder / "log", 10));
    CHECK_FALSE(CappedLog::open("/dev/null", 10));
}

TEST_CASE("T053 200 MB of output on one line cost disk up to the cap and no memory") {
    const Workbench bench;
    Command command = bench.misbehave({"print-one-line", "200000000"});
    command.log_cap_bytes = 8 * k_mebibyte;
    std::atomic<bool> over = false;
    std::int64_t first = 0;
    std::int64_t largest = 0;
    std::thread watcher([&] {
        while (!over) {
            for (const ::pid_t child : children_of(::getpid())) {
                const std::int64_t bytes = resident_bytes(child);
                // Before its exec the child is a copy of ours.
                if (bench.log().size() > 0 && first == 0) {
                    first = bytes;
                }
                largest = first == 0 ? 0 : std::max(largest, bytes);
            }
            std::this_thread::sleep_for(Milliseconds(1));
        }
    });
    const Ended ended = bench.run(command);
    over = true;
    watcher.join();
    CHECK(ended.how == Ended::How::exited);
    CHECK(ended.log_bytes >= 200'000'000);
    CHECK(ended.log_dropped_bytes == ended.log_bytes - 8 * k_mebibyte);
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(bench.log_path()));
    CHECK(size > 8 * k_mebibyte);
    CHECK(size < 8 * k_mebibyte + 200);
    REQUIRE(first > 0);
    CHECK(largest - first < 2 * k_mebibyte);
    // Nothing else lies beside it.
    CHECK(std::distance(std::filesystem::directory_iterator(bench.folder.path()), {}) == 2);
}

TEST_CASE("T053 a program that prints for ever ends at its timeout, its end in the log") {
    const Workbench bench;
    Command command = bench.misbehave({"print-for-ever"});
    command.timeout = Milliseconds(300);
    command.log_cap_bytes = 10'000;
    const Ended ended = bench.run(command);
    CHECK(ended.how == Ended::How::timeout);
    CHECK(bench.log().size() < 10'200);
    CHECK(bench.log().ends_with("on it goes\n"));
}

TEST_CASE("T053 very many tiny writes all arrive") {
    const Workbench bench;
    const Ended ended = bench.run(bench.misbehave({"write-tiny", "300000"}));
    CHECK(ended.exit_code == 0);
    CHECK(bench.log() == std::string(300'000, 'z'));
}

TEST_CASE("a log can be read while it grows") {
    const Workbench bench;
    std::thread thread(
        [&] { static_cast<void>(bench.runner.run(bench.misbehave({"obey-term"}), bench.cancel)); });
    CHECK(eventually([&] { return bench.log() == "ready\n"; }));
    bench.cancel.request("seen");
    thread.join();
}
