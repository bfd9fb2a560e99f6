#include "handlers/release_folder.hpp"

#include "handlers/release_name.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

using namespace hookd;
using namespace hookd::handlers;
namespace fs = std::filesystem;

namespace {

const std::string k_commit(40, 'a');
const WallTime k_time = from_rfc3339("2026-11-23T10:00:01Z").value();

struct ReleaseBench {
    ReleaseBench() {
        fs::create_directory(from);
        write("1");
    }

    void write(const std::string& content) const {
        for (const auto* name : {"a", "b", "c"}) {
            std::ofstream(from / name) << content;
        }
    }
    [[nodiscard]] ReleaseFolder open() const {
        auto opened = ReleaseFolder::open(target, {});
        INFO((opened ? "" : opened.error().message));
        REQUIRE(opened);
        return std::move(*opened);
    }
    [[nodiscard]] std::string add(const ReleaseFolder& releases,
                                  Milliseconds later = Milliseconds(0)) const {
        const Fd source(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const auto added = releases.add(source.get(), k_time + later, k_commit, {});
        REQUIRE(added);
        return added->name;
    }

    hookd::test::TemporaryFolder folder;
    fs::path from = folder / "from";
    fs::path target = folder / "srv/www/shop";
};

}  // namespace

TEST_CASE("a release is named after its time and commit, and its name is known again") {
    CHECK(release_name(k_time, k_commit, 1) == "20261123T100001Z-aaaaaaaaaaaa");
    CHECK(release_name(k_time, k_commit, 3) == "20261123T100001Z-aaaaaaaaaaaa-3");
    CHECK(is_release_name("20261123T100001Z-aaaaaaaaaaaa"));
    CHECK(is_release_name("20261123T100001Z-aaaaaaaaaaaa-12"));
    for (const auto* name :
         {"", "20261123T100001Z-", "20261123T100001Z", "20261123100001", "shared", "..",
          "20261123T100001Z-aaaaaaaaaaaa-", "20261123T100001Z-aaaaaaaaaaaa-1",
          "20261123T100001Z-aaaaaaaaaaaa-x", "20261123T100001Z-AAAA", "x0261123T100001Z-aaaa",
          "20261123T100001Z-aaaaaaaaaaaaa"}) {
        CAPTURE(name);
        CHECK_FALSE(is_release_name(name));
    }
}

TEST_CASE("names are ordered by time, then by number, and only ours have numbers") {
    const std::vector<std::string> ascending{
        "20261123T100001Z-bbbbbbbbbbbb",   "20261123T100001Z-aaaaaaaaaaaa-2",
        "20261123T100001Z-aaaaaaaaaaaa-9", "20261123T100001Z-aaaaaaaaaaaa-10",
        "20261123T100002Z-aaaaaaaaaaaa",   "20270101T000000Z-000000000000"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            CAPTURE(ascending[i], ascending[j]);
            CHECK(is_newer_release(ascending[i], ascending[j]) == (i > j));
        }
    }
    const std::string first = "20261123T100001Z-aaaaaaaaaaaa";
    CHECK(release_number(first, first) == 1);
    CHECK(release_number(first + "-10", first) == 10);
    CHECK(release_number("20261123T100001Z-bbbbbbbbbbbb-3", first) == 0);
    CHECK(release_number("shared", first) == 0);
}

TEST_CASE("folders are made readable for others whatever the umask is") {
    const ReleaseBench bench;
    const auto old = ::umask(0077);
    const auto releases = bench.open();
    const auto name = bench.add(releases);
    ::umask(old);
    for (const auto& path : {bench.folder / "srv", bench.folder / "srv/www", bench.target,
                             bench.target / "releases", releases.path_of(name)}) {
        CAPTURE(path.string());
        struct ::stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777U) == 0755);
    }
}

TEST_CASE("a release does not become current by itself, and a name that is taken gets a number") {
    const ReleaseBench bench;
    const auto releases = bench.open();
    const auto first = bench.add(releases);
    const auto second = bench.add(releases);
    CHECK(first == "20261123T100001Z-aaaaaaaaaaaa");
    CHECK(second == "20261123T100001Z-aaaaaaaaaaaa-2");
    CHECK(read_file(bench.target / "releases" / second / "a").value() == "1");
    CHECK(releases.current().value() == std::nullopt);
    CHECK(releases.current_release() == std::nullopt);
    CHECK(releases.proven().value().empty());
    REQUIRE(releases.prove(second));
    CHECK(releases.proven().value() == std::vector<std::string>{second});
    // The name of the removed one is not taken again: it would look older than it is.
    REQUIRE(releases.remove(first));
    CHECK(bench.add(releases) == "20261123T100001Z-aaaaaaaaaaaa-3");
}

TEST_CASE("current is switched by a relative link and back") {
    const ReleaseBench bench;
    const auto releases = bench.open();
    const auto first = bench.add(releases);
    REQUIRE(releases.point(ReleaseFolder::target_of(first)));
    CHECK(fs::read_symlink(bench.target / "current") == "releases/" + first);
    CHECK(releases.current_release() == first);
    CHECK_FALSE(releases.remove(first));
    REQUIRE(releases.point(std::nullopt));
    CHECK_FALSE(fs::exists(fs::symlink_status(bench.target / "current")));
    REQUIRE(releases.point(std::nullopt));
    CHECK(releases.remove(first));
    CHECK_FALSE(fs::exists(releases.path_of(first)));
}

TEST_CASE("a current that is no link is refused with words and not touched") {
    const ReleaseBench bench;
    fs::create_directories(bench.target / "current");
    std::ofstream(bench.target / "current/index") << "old";
    const auto refused = ReleaseFolder::open(bench.target, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("is no link") != std::string::npos);
    CHECK(read_file(bench.target / "current/index").value() == "old");
    CHECK_FALSE(ReleaseFolder::open("relative/path", {}));
}

TEST_CASE("a current of another tool is kept exactly, and is none of our releases") {
    const ReleaseBench bench;
    fs::create_directories(bench.target / "releases/20250101000000");
    fs::create_directory_symlink(bench.target / "releases/20250101000000",
                                 bench.target / "current");
    const auto releases = bench.open();
    const auto old = releases.current().value();
    CHECK(old == (bench.target / "releases/20250101000000").string());
    const auto name = bench.add(releases);
    REQUIRE(releases.point(ReleaseFolder::target_of(name)));
    CHECK(releases.prune(1, {}).value().empty());
    CHECK(fs::exists(bench.target / "releases/20250101000000"));
    REQUIRE(releases.point(old));
    CHECK(fs::read_symlink(bench.target / "current") == *old);
}

TEST_CASE("what a crash left behind is removed, what is not ours stays") {
    const ReleaseBench bench;
    {
        const auto releases = bench.open();
        REQUIRE(releases.point(ReleaseFolder::target_of(bench.add(releases))));
    }
    fs::create_directories(bench.target / "releases/.incoming-01ABC/half");
    fs::create_symlink("releases/x", bench.target / ".hookd-current-01ABC");
    std::ofstream(bench.target / "releases/.unproven-20261123T100001Z-bbbbbbbbbbbb") << "";
    fs::create_directory(bench.target / "shared");
    fs::create_directory(bench.target / "releases/.keep");
    const auto releases = bench.open();
    CHECK_FALSE(fs::exists(bench.target / "releases/.incoming-01ABC"));
    CHECK_FALSE(fs::exists(fs::symlink_status(bench.target / ".hookd-current-01ABC")));
    CHECK_FALSE(fs::exists(bench.target / "releases/.unproven-20261123T100001Z-bbbbbbbbbbbb"));
    CHECK(fs::exists(bench.target / "releases/.unproven-20261123T100001Z-aaaaaaaaaaaa"));
    CHECK(fs::exists(bench.target / "shared"));
    CHECK(fs::exists(bench.target / "releases/.keep"));
    CHECK(fs::exists(bench.target / "current/a"));
}

TEST_CASE("pruning keeps the newest that succeeded, the live one and those to be spared") {
    const ReleaseBench bench;
    const auto releases = bench.open();
    std::vector<std::string> names;
    for (int i = 0; i < 7; ++i) {
        names.push_back(bench.add(releases, std::chrono::seconds(i)));
        // The last three failed: by count alone they would push out all that work.
        if (i < 4) {
            REQUIRE(releases.prove(names.back()));
        }
    }
    fs::create_directory(bench.target / "releases/manual");
    REQUIRE(releases.point(ReleaseFolder::target_of(names[0])));
    const auto removed = releases.prune(2, {names[1]}).value();
    CHECK(removed == std::vector<std::string>{names[6], names[5], names[4]});
    CHECK(releases.proven().value() ==
          std::vector<std::string>{names[3], names[2], names[1], names[0]});
    CHECK(releases.prune(2, {}).value() == std::vector<std::string>{names[1]});
    CHECK(fs::exists(bench.target / "current/a"));
    CHECK(fs::exists(bench.target / "releases/manual"));
}

TEST_CASE("of two that open one folder the second waits, or gives up where it is told to") {
    const ReleaseBench bench;
    auto first = std::make_unique<ReleaseFolder>(bench.open());
    const auto refused = ReleaseFolder::open(bench.target, [] { return true; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unavailable);
    // Let go while the second one waits: it asks before each round of waiting.
    std::thread owner;
    const auto second = ReleaseFolder::open(bench.target, [&] {
        if (!owner.joinable()) {
            owner = std::thread([&] { first.reset(); });
        }
        return false;
    });
    CHECK(second);
    owner.join();
}

TEST_CASE("T084 a deploy that is killed at any moment leaves current on a whole release") {
    const ReleaseBench bench;
    {
        const auto releases = bench.open();
        const auto name = bench.add(releases);
        REQUIRE(releases.prove(name));
        REQUIRE(releases.point(ReleaseFolder::target_of(name)));
    }
    for (int round = 0; round < 15; ++round) {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        const auto child = ::fork();
        if (child == 0) {
            // Switches again and again, and says so, until it is killed.
            for (int i = 0;; ++i) {
                const auto releases = ReleaseFolder::open(bench.target, {});
                const Fd source(::open(bench.from.c_str(), O_RDONLY | O_DIRECTORY));
                const auto added =
                    releases->add(source.get(), k_time + std::chrono::seconds(i), k_commit, {});
                const bool switched = added &&
                                      releases->point(ReleaseFolder::target_of(added->name)) &&
                                      releases->prove(added->name) && releases->prune(1, {});
                if (!switched || ::write(ends[1], "x", 1) != 1) {
                    ::_exit(1);
                }
            }
        }
        REQUIRE(child > 0);
        ::close(ends[1]);
        // The round decides how far it gets; where exactly it dies is chance.
        for (int i = 0; i < round % 3 + 1; ++i) {
            char byte = 0;
            REQUIRE(::read(ends[0], &byte, 1) == 1);
        }
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        ::close(ends[0]);
        for (const auto* file : {"a", "b", "c"}) {
            CHECK(read_file(bench.target / "current" / file).value() == "1");
        }
    }
    // And the next one works, and clears up.
    const auto releases = bench.open();
    REQUIRE(releases.prune(1, {}));
    for (const auto& entry : fs::directory_iterator(bench.target / "releases")) {
        CHECK_FALSE(entry.path().filename().string().starts_with(".incoming-"));
    }
}
