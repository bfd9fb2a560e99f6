#include "hooks/spool_folder.hpp"

#include "core/base/file.hpp"
#include "core/base/ulid.hpp"
#include "hooks/spool_writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/hooks/sample_record.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::TemporaryFolder;

namespace {

const WallTime k_now{Milliseconds(1795427001250)};

std::string name_at(Milliseconds after) {
    return make_ulid(k_now + after) + ".push";
}

void put(const std::filesystem::path& path, const std::string& text = "x") {
    REQUIRE(write_file_durably(path, text));
}

}  // namespace

TEST_CASE("the spool is made for its owner alone") {
    const TemporaryFolder folder;
    REQUIRE(SpoolFolder::open(folder / "state/spool"));
    struct ::stat status {};
    REQUIRE(::stat((folder / "state/spool").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0700);
}

TEST_CASE("T096 a spool that everybody may write, or a link to one, is refused") {
    const TemporaryFolder folder;
    REQUIRE(make_folders(folder / "spool"));
    SECTION("everybody may write it") {
        REQUIRE(::chmod((folder / "spool").c_str(), 01777) == 0);
    }
    SECTION("a link") {
        std::filesystem::rename(folder / "spool", folder / "elsewhere");
        std::filesystem::create_symlink(folder / "elsewhere", folder / "spool");
    }
    CHECK_FALSE(SpoolFolder::open(folder / "spool"));
}

TEST_CASE("names come oldest first, in parts, and nothing else than spool files") {
    const TemporaryFolder folder;
    const auto spool = SpoolFolder::open(folder.path());
    REQUIRE(spool);
    std::vector<std::string> names;
    names.reserve(25);
    for (int i = 0; i < 25; ++i) {
        names.push_back(name_at(Milliseconds(i)));
    }
    auto shuffled = names;
    std::rotate(shuffled.begin(), shuffled.begin() + 11, shuffled.end());
    for (const auto& name : shuffled) {
        put(folder / name);
    }
    for (const auto* other : {"x.push", "zzz", ".hidden", "README"}) {
        put(folder / other);
    }
    std::vector<std::string> seen;
    for (;;) {
        const auto part = spool->names_after(seen.empty() ? "" : seen.back(), 10);
        REQUIRE(part);
        CHECK(part->size() <= 10);
        if (part->empty()) {
            break;
        }
        seen.insert(seen.end(), part->begin(), part->end());
    }
    CHECK(seen == names);
}

TEST_CASE("T032 only a regular file with one name is read") {
    const TemporaryFolder folder;
    const auto spool = SpoolFolder::open(folder.path());
    REQUIRE(spool);
    const auto name = name_at(Milliseconds{0});
    const auto path = folder / name;
    SECTION("a link") {
        put(folder / "target");
        std::filesystem::create_symlink("target", path);
    }
    SECTION("a second name") {
        put(folder / "target");
        std::filesystem::create_hard_link(folder / "target", path);
    }
    SECTION("a folder") {
        std::filesystem::create_directory(path);
    }
    SECTION("a pipe") {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    }
    SECTION("a large one") {
        put(path);
        REQUIRE(::truncate(path.c_str(), std::int64_t{1} << 40) == 0);
    }
    const auto file = spool->read(name);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == ErrorCode::invalid);
    REQUIRE(spool->refuse(name));
    CHECK_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path)));
    CHECK(std::filesystem::exists(std::filesystem::symlink_status(folder / "refused" / name)));
}

TEST_CASE("T100 refused files do not grow for ever: the oldest go") {
    const TemporaryFolder folder;
    const auto spool = SpoolFolder::open(folder.path());
    REQUIRE(spool);
    const auto oldest = name_at(Milliseconds{0});
    for (std::size_t i = 0; i < SpoolFolder::k_most_refused; ++i) {
        const Fd file(::open((folder / "refused" / name_at(Milliseconds(i))).c_str(),
                             O_WRONLY | O_CREAT, 0600));
        REQUIRE(file.is_open());
    }
    put(folder / oldest);
    const auto newest = name_at(Milliseconds{5000});
    put(folder / newest);
    REQUIRE(spool->refuse(newest));
    const auto left = std::distance(std::filesystem::directory_iterator(folder / "refused"),
                                    std::filesystem::directory_iterator());
    CHECK(left == static_cast<std::ptrdiff_t>(SpoolFolder::k_most_refused));
    CHECK(std::filesystem::exists(folder / "refused" / newest));
}

TEST_CASE("T078 what a hook that died left half written goes when it is old") {
    const TemporaryFolder folder;
    const auto spool = SpoolFolder::open(folder.path());
    REQUIRE(spool);
    const auto old_one = folder / spool_temporary_name(name_at(Milliseconds{0}));
    const auto new_one = folder / spool_temporary_name(name_at(Milliseconds{1}));
    const auto other = folder / ".other.tmp";
    for (const auto& path : {old_one, new_one, other}) {
        put(path);
    }
    const auto now = RealClock{}.wall();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    const ::timespec past{seconds.count() - 7200, 0};
    for (const auto& path : {old_one, other}) {
        const ::timespec times[] = {past, past};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    }
    spool->clean(now);
    CHECK_FALSE(std::filesystem::exists(old_one));
    CHECK(std::filesystem::exists(new_one));
    CHECK(std::filesystem::exists(other));
}
