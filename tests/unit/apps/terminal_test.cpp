#include "apps/hookctl/terminal.hpp"

#include "apps/hookctl/since.hpp"
#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace hookd::hookctl {
namespace {

/// What `print` writes to standard output.
template <class Print>
std::string printed(Print&& print) {
    const test::TemporaryFolder folder;
    const auto file = folder / "out";
    std::fflush(stdout);
    const Fd before(::dup(STDOUT_FILENO));
    const Fd out(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ::dup2(out.get(), STDOUT_FILENO);
    print();
    std::fflush(stdout);
    ::dup2(before.get(), STDOUT_FILENO);
    return read_file(file).value_or("");
}

TEST_CASE("a table aligns its columns by characters and leaves no spaces at the ends of lines") {
    Table table({"RUN", "STATE", "WHY"});
    table.add({"1", "caf\xC3\xA9", ""});
    table.add({"200", "failure", "exit status 2"});
    CHECK(printed([&] { table.print(Colour::no, "none"); }) ==
          "RUN  STATE    WHY\n"
          "1    caf\xC3\xA9\n"
          "200  failure  exit status 2\n");
}

TEST_CASE("an empty table says so") {
    CHECK(printed([] { Table({"RUN"}).print(Colour::no, "no runs"); }) == "no runs\n");
}

TEST_CASE("T065 foreign text in a table cannot reach the terminal's controls") {
    Table table({"REF"});
    table.add({"a\x1b[2Jb\nc\xC2\x9B"});
    const std::string text = printed([&] { table.print(Colour::yes, ""); });
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\xC2\x9B") == std::string::npos);
    CHECK(text == "REF\na\xEF\xBF\xBD[2Jb c\xEF\xBF\xBD\n");
}

TEST_CASE("states are coloured only where colours are wanted") {
    CHECK(coloured_state("failure", Colour::no) == "failure");
    CHECK(coloured_state("failure", Colour::yes) == "\x1b[31mfailure\x1b[0m");
    CHECK(coloured_state("queued", Colour::yes) == "queued");
}

TEST_CASE("durations and times are short") {
    CHECK(short_duration(999) == "999 ms");
    CHECK(short_duration(1250) == "1.2 s");
    CHECK(short_duration(75'000) == "1m15s");
    CHECK(short_time("2026-11-23T10:00:01.250Z") == "2026-11-23 10:00:01");
    CHECK(short_time("").empty());
}

TEST_CASE("the option --since takes a time or an age") {
    const WallTime now = *from_rfc3339("2026-11-23T10:00:00Z");
    CHECK(since_time("2h", now) == *from_rfc3339("2026-11-23T08:00:00Z"));
    CHECK(since_time("2026-11-22T00:00:00+01:00", now) == *from_rfc3339("2026-11-21T23:00:00Z"));
    CHECK_FALSE(since_time("yesterday", now));
    CHECK_FALSE(since_time("", now));
}

}  // namespace
}  // namespace hookd::hookctl
