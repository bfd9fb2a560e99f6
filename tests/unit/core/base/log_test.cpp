#include "core/base/log.hpp"

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

using namespace hookd;
using namespace std::string_literals;

namespace {

/// What `write` sends to standard error, as lines without their time.
template <class Write>
std::vector<std::string> logged(Log::Format format, Log::Level level, Write&& write) {
    const test::TemporaryFolder folder;
    const auto file = folder / "log";
    {
        const Fd kept(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
        const Fd target(::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
        REQUIRE(target.is_open());
        REQUIRE(::dup2(target.get(), STDERR_FILENO) >= 0);
        {
            Log log(format, level);
            write(log);
        }
        ::dup2(kept.get(), STDERR_FILENO);
    }
    std::string text = read_file(file).value();
    if (text.empty()) {
        return {};
    }
    REQUIRE(text.back() == '\n');
    text.pop_back();
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n')) {
        if (format == Log::Format::text) {
            const std::size_t blank = line.find(' ');
            CHECK(from_rfc3339(line.substr(0, blank)));
            lines.emplace_back(line.substr(blank + 1));
        } else {
            lines.emplace_back(line);
        }
    }
    return lines;
}

}  // namespace

TEST_CASE("a log entry is one line with its fields") {
    const auto lines = logged(Log::Format::text, Log::Level::info, [](Log& log) {
        log.info("listening", {{"address", "127.0.0.1:8080"}, {"note", "two words"}, {"none", ""}});
    });
    CHECK(lines == std::vector<std::string>{
                       R"(info listening address=127.0.0.1:8080 note="two words" none="")"});
}

TEST_CASE("entries below the level are not written") {
    const auto lines = logged(Log::Format::text, Log::Level::warning, [](Log& log) {
        log.debug("1");
        log.info("2");
        log.warning("3");
        log.error("4");
    });
    CHECK(lines == std::vector<std::string>{"warning 3", "error 4"});
}

TEST_CASE("T065 foreign text forges neither a line nor a field nor a terminal command") {
    const auto lines = logged(Log::Format::text, Log::Level::info, [](Log& log) {
        log.info("ref", {{"name", "x\n2026-01-01T00:00:00.000Z error forged"}});
        log.info("ref", {{"name", "a=b c=\"d\""}});
        log.info("ref", {{"name", "\x1B]0;t\x07 \xC2\x9B \xE2\x80\xAE \xFF \xC3\xA9"}});
        log.info("message\nwith a newline");
        log.info("{} %s {0}", {{"name", "{}"}});
    });
    CHECK(lines == std::vector<std::string>{
                       R"(info ref name="x\n2026-01-01T00:00:00.000Z error forged")",
                       R"(info ref name="a=b c=\"d\"")",
                       "info ref name=\"\\u001b]0;t\\u0007 \\u009b \\u202e \xEF\xBF\xBD \xC3\xA9\"",
                       "info message with a newline",
                       R"(info {} %s {0} name="{}")",
                   });
}

TEST_CASE("JSON entries are objects whatever the bytes") {
    const std::string nasty = "q\" b\\ n\n nul\0 \xFF\xC2\x9B\x1B[2J"s;
    const auto lines = logged(Log::Format::json, Log::Level::debug, [&nasty](Log& log) {
        log.error("cannot open", {{"path", nasty}, {"empty", ""}});
        log.debug("m\"\n");
    });
    REQUIRE(lines.size() == 2);
    const auto entry = nlohmann::json::parse(lines[0]);
    CHECK(from_rfc3339(entry.at("time").get<std::string>()));
    CHECK(entry.at("level") == "error");
    CHECK(entry.at("message") == "cannot open");
    CHECK(entry.at("path").get<std::string>() == to_valid_utf8(nasty));
    CHECK(entry.at("empty").get<std::string>().empty());
    CHECK(nlohmann::json::parse(lines[1]).at("message") == "m\"\n");
    CHECK(lines[0].find('\x1B') == std::string::npos);
}

TEST_CASE("entries of several threads do not mix") {
    const auto lines = logged(Log::Format::text, Log::Level::info, [](Log& log) {
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&log, i] {
                for (int k = 0; k < 200; ++k) {
                    log.info("entry", {{"text", std::string(200, static_cast<char>('a' + i))}});
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
    });
    CHECK(lines.size() == 800);
    for (const std::string& line : lines) {
        REQUIRE(line.size() == std::string("info entry text=").size() + 200);
        REQUIRE(line.find_first_not_of(line.back(), line.find('=') + 1) == std::string::npos);
    }
}
