#include "hooks/hook_settings.hpp"

#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::TemporaryFolder;

namespace {

const HookSettings k_settings{"0.1.0", "/var/lib/hookd/spool", "/var/lib/my hookd/spool.sock"};

/// A repository's folder with settings in it.
struct Written {
    Written() {
        REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
        REQUIRE(make_folders(folder / "hookd", 0755));
        REQUIRE(write_file_durably(file, to_text(k_settings), 0644));
    }
    TemporaryFolder folder;
    std::filesystem::path file = folder / "hookd/settings";
};

}  // namespace

TEST_CASE("hook settings are read back as written, and in no other form") {
    const auto text = to_text(k_settings);
    CHECK(hook_settings_from(text) == k_settings);
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK_FALSE(hook_settings_from(text.substr(0, size)));
    }
    CHECK_FALSE(hook_settings_from(text + "more\n"));
    CHECK_FALSE(hook_settings_from(to_text({"1", "relative", "/s"})));
    CHECK_FALSE(hook_settings_from(to_text({"1", "/spool", "/" + std::string(107, 's')})));
    CHECK_FALSE(hook_settings_from(to_text({"", "/spool", "/s"})));
}

TEST_CASE("T096 settings are read where only their owner may write them") {
    const Written repository;
    CHECK(read_hook_settings(repository.folder.path()) == k_settings);
}

TEST_CASE("T096 settings that others may write are refused with what to do") {
    const Written repository;
    const auto mode = GENERATE(0664, 0646);
    REQUIRE(::chmod(repository.file.c_str(), static_cast<mode_t>(mode)) == 0);
    const auto settings = read_hook_settings(repository.folder.path());
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == ErrorCode::denied);
    CHECK(settings.error().message.find("chmod go-w") != std::string::npos);
}

TEST_CASE("T096 a settings folder that others may write is refused") {
    const Written repository;
    const auto mode = GENERATE(0775, 0757);
    REQUIRE(::chmod(repository.file.parent_path().c_str(), static_cast<mode_t>(mode)) == 0);
    CHECK_FALSE(read_hook_settings(repository.folder.path()));
}

TEST_CASE("T096 settings that are a link, a pipe or a stranger's are refused") {
    const Written repository;
    SECTION("a link") {
        const auto real = repository.folder / "real";
        REQUIRE(::rename(repository.file.c_str(), real.c_str()) == 0);
        REQUIRE(::symlink(real.c_str(), repository.file.c_str()) == 0);
    }
    SECTION("a folder that is a link") {
        const auto real = repository.folder / "real";
        REQUIRE(::rename(repository.file.parent_path().c_str(), real.c_str()) == 0);
        REQUIRE(::symlink(real.c_str(), repository.file.parent_path().c_str()) == 0);
    }
    SECTION("a pipe") {
        REQUIRE(::unlink(repository.file.c_str()) == 0);
        REQUIRE(::mkfifo(repository.file.c_str(), 0600) == 0);
    }
    SECTION("a stranger's") {
        if (::geteuid() != 0) {
            WARN("skipped: giving a file away needs root");
            return;
        }
        REQUIRE(::chown(repository.file.c_str(), 65534, 65534) == 0);
    }
    CHECK_FALSE(read_hook_settings(repository.folder.path()));
}

TEST_CASE("a repository without hookd is told from a damaged one") {
    const TemporaryFolder folder;
    const auto settings = read_hook_settings(folder.path());
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == ErrorCode::not_found);
}
