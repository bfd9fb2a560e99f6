#include "hooks/spool_writer.hpp"

#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/hooks/sample_record.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::sample_record;
using hookd::test::TemporaryFolder;

namespace {

std::set<std::string> names_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.insert(entry.path().filename());
    }
    return names;
}

mode_t mode_of(const std::filesystem::path& path) {
    struct ::stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

/// A file system in memory of a few pages, gone with the object.
class SmallDisk {
  public:
    explicit SmallDisk(const std::filesystem::path& where) : where_(where) {
        mounted_ = ::mount("none", where.c_str(), "tmpfs", MS_NOSUID | MS_NODEV,
                           "size=64k,mode=0700") == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted_) {
            ::umount(where_.c_str());
        }
    }
    [[nodiscard]] bool is_mounted() const { return mounted_; }

  private:
    std::filesystem::path where_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("T100 a push lies in the spool as one whole file with its id as name") {
    const TemporaryFolder folder;
    const auto record = sample_record();
    const auto name = write_to_spool(folder.path(), record);
    REQUIRE(name);
    CHECK(names_in(folder.path()) == std::set<std::string>{record.id + ".push"});
    CHECK(spool_record_from(read_file(folder / *name).value()) == record);
}

TEST_CASE("who may read a spool file follows the folder, not the pusher's umask") {
    const TemporaryFolder folder;
    const auto record = sample_record();
    const auto before = ::umask(0);
    SECTION("the folder's owner alone") {
        REQUIRE(write_to_spool(folder.path(), record));
        CHECK(mode_of(folder / (record.id + ".push")) == 0600);
    }
    SECTION("also the group that may write the folder") {
        ::umask(077);
        REQUIRE(::chmod(folder.path().c_str(), 03770) == 0);
        REQUIRE(write_to_spool(folder.path(), record));
        CHECK(mode_of(folder / (record.id + ".push")) == 0640);
    }
    ::umask(before);
}

TEST_CASE("T096 a spool folder that everybody may write is refused") {
    const TemporaryFolder folder;
    REQUIRE(::chmod(folder.path().c_str(), 01777) == 0);
    const auto name = write_to_spool(folder.path(), sample_record());
    REQUIRE_FALSE(name);
    CHECK(name.error().code == ErrorCode::denied);
    CHECK(names_in(folder.path()).empty());
}

TEST_CASE("a spool folder that is not there is an error without a path in it") {
    const TemporaryFolder folder;
    const auto name = write_to_spool(folder / "none", sample_record());
    REQUIRE_FALSE(name);
    CHECK(name.error().message == "cannot open the spool folder: No such file or directory");
}

TEST_CASE("T030 a full disk is reported and leaves nothing half written") {
    const TemporaryFolder folder;
    const SmallDisk disk(folder.path());
    if (!disk.is_mounted()) {
        WARN("skipped: a full disk needs the right to mount");
        return;
    }
    auto record = sample_record();
    record.updates.resize(2000, record.updates.front());
    const auto name = write_to_spool(folder.path(), record);
    REQUIRE_FALSE(name);
    CHECK(name.error().code == ErrorCode::unavailable);
    CHECK(name.error().message.find("No space left on device") != std::string::npos);
    CHECK(names_in(folder.path()).empty());
    CHECK(write_to_spool(folder.path(), sample_record()));
}

TEST_CASE("a push that could not be read back is not written") {
    const TemporaryFolder folder;
    auto record = sample_record();
    record.updates.resize(SpoolLimits::k_updates + 1, record.updates.front());
    CHECK_FALSE(write_to_spool(folder.path(), record));
    CHECK(names_in(folder.path()).empty());
}

TEST_CASE("what a crash leaves in the spool is known by its name") {
    CHECK(is_spool_temporary(spool_temporary_name("01JDA0V5T1M3W9T7C1N6Z4Q8RB.push")));
    CHECK_FALSE(is_spool_temporary("01JDA0V5T1M3W9T7C1N6Z4Q8RB.push"));
    CHECK_FALSE(is_spool_temporary(".x.push.tmp"));
    CHECK_FALSE(is_spool_temporary(".tmp"));
}
