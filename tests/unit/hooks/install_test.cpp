#include "hooks/install.hpp"

#include "core/base/file.hpp"
#include "hooks/hook_marker.hpp"
#include "hooks/installed_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

/// Something that looks like a program of ours of some version.
std::string program_of_version(const std::string& version) {
    return std::string(
               "\x7f"
               "ELF...") +
           std::string(k_hook_marker) + version + '\0' + "...";
}

/// Every name below a folder with all that distinguishes it.
std::map<std::string, std::string> picture_of(const fs::path& folder) {
    std::map<std::string, std::string> picture;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        struct ::stat status {};
        REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
        std::string text = std::to_string(status.st_mode) + " " + std::to_string(status.st_uid);
        if (S_ISLNK(status.st_mode)) {
            text += " -> " + fs::read_symlink(entry.path()).string();
        } else if (S_ISREG(status.st_mode)) {
            text += " " + std::to_string(status.st_ino) + " " +
                    std::to_string(status.st_mtim.tv_nsec) + " " + read_file(entry.path()).value();
        }
        picture[entry.path().lexically_relative(folder)] = text;
    }
    return picture;
}

/// A bare repository as git makes it, and a folder with our program.
class Server {
  public:
    Server() {
        REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
        REQUIRE(std::system(("git init -q --bare '" + repository.string() + "'").c_str()) == 0);
        REQUIRE(make_folders(programs, 0755));
        program("0.1.0");
    }

    void program(const std::string& version) const {
        REQUIRE(write_file_durably(programs / "post-receive", program_of_version(version), 0755));
    }
    void git_config(const std::string& words) const {
        REQUIRE(std::system(("git -C '" + repository.string() + "' config " + words).c_str()) == 0);
    }
    void previous_hook(mode_t mode = 0755) const {
        REQUIRE(write_file_durably(repository / "hooks/post-receive", "#!/bin/sh\ncat\n", mode));
        REQUIRE(::chmod((repository / "hooks/post-receive").c_str(), mode) == 0);
    }
    [[nodiscard]] Result<InstallPlan> plan() const {
        return plan_install({repository, programs, {"0.1.0", "/state/spool", "/state/spool.sock"}});
    }
    std::vector<std::string> install() const {
        const auto planned = plan();
        if (!planned) {
            FAIL(planned.error().message);
        }
        const auto done = apply(*planned);
        if (!done) {
            FAIL(done.error().message);
        }
        return *done;
    }
    std::vector<std::string> uninstall() const {
        const auto planned = plan_uninstall(repository);
        if (!planned) {
            FAIL(planned.error().message);
        }
        const auto done = apply(*planned);
        REQUIRE(done);
        return *done;
    }
    [[nodiscard]] std::string refusal() const {
        const auto planned = plan();
        REQUIRE_FALSE(planned);
        return planned.error().message;
    }

    TemporaryFolder folder;
    fs::path repository = folder / "a b.git";
    fs::path programs = folder / "programs";
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a plan changes nothing, and doing it twice is the same as once") {
    const Server server;
    const auto before = picture_of(server.repository);
    REQUIRE(server.plan());
    CHECK(picture_of(server.repository) == before);

    const auto done = server.install();
    CHECK(done.back() == "put hookd's post-receive 0.1.0 into hooks/post-receive");
    CHECK(read_file(server.repository / "hooks/post-receive") == program_of_version("0.1.0"));
    CHECK(look_at(server.repository / "hooks/post-receive")->st_mode == (S_IFREG | 0755));
    CHECK(read_hook_settings(server.repository)->spool == "/state/spool");

    const auto after = picture_of(server.repository);
    CHECK(server.plan()->steps.empty());
    CHECK(server.install().empty());
    CHECK(picture_of(server.repository) == after);
}

TEST_CASE("uninstalling gives back exactly what was there") {
    const Server server;
    SECTION("no hook") {}
    SECTION("a hook") {
        server.previous_hook();
    }
    SECTION("a hook that is switched off") {
        server.previous_hook(0644);
    }
    SECTION("a link to a hook of the server's") {
        REQUIRE(write_file_durably(server.folder / "shared-hook", "#!/bin/sh\n", 0755));
        fs::create_symlink("../../shared-hook", server.repository / "hooks/post-receive");
    }
    SECTION("a link that leads nowhere") {
        fs::create_symlink("/no/such/hook", server.repository / "hooks/post-receive");
    }
    SECTION("no folder for hooks") {
        REQUIRE(remove_tree(server.repository / "hooks"));
    }
    SECTION("an empty folder for more hooks") {
        fs::create_directory(server.repository / "hooks/post-receive.d");
    }
    const auto before = picture_of(server.repository);
    server.install();
    CHECK(picture_of(server.repository) != before);
    server.program("0.2.0");
    server.install();
    server.uninstall();
    CHECK(picture_of(server.repository) == before);
}

TEST_CASE("a hook that was there is kept where ours runs it") {
    const Server server;
    SECTION("a file") {
        server.previous_hook();
    }
    SECTION("a link that is relative to its folder") {
        REQUIRE(write_file_durably(server.folder / "shared-hook", "#!/bin/sh\ncat\n", 0755));
        fs::create_symlink("../../shared-hook", server.repository / "hooks/post-receive");
    }
    server.install();
    const auto kept = server.repository / "hooks/post-receive.d/50-previous";
    CHECK(read_file(kept) == "#!/bin/sh\ncat\n");
    CHECK(::access(kept.c_str(), X_OK) == 0);
    CHECK(version_of_ours(server.repository / "hooks/post-receive") == "0.1.0");
}

TEST_CASE("a newer program replaces ours, says so, and keeps what was kept") {
    const Server server;
    server.previous_hook();
    server.install();
    server.program("0.2.0");
    CHECK(server.install() ==
          std::vector<std::string>{"replace hookd's post-receive 0.1.0 by 0.2.0"});
    CHECK(read_file(server.repository / "hooks/post-receive.d/50-previous") == "#!/bin/sh\ncat\n");
}

TEST_CASE("T078 an installation that broke off after any step is finished by doing it again") {
    const Server server;
    server.previous_hook();
    const auto before = picture_of(server.repository);
    auto whole = server.plan();
    REQUIRE(whole);
    for (std::size_t steps = 0; steps <= whole->steps.size(); ++steps) {
        CAPTURE(steps);
        auto part = *whole;
        part.steps.resize(steps);
        REQUIRE(apply(part));
        // At every moment git finds a hook.
        REQUIRE(::access((server.repository / "hooks/post-receive").c_str(), X_OK) == 0);
        server.install();
        CHECK(version_of_ours(server.repository / "hooks/post-receive"));
        CHECK(fs::exists(server.repository / "hooks/post-receive.d/50-previous"));
        server.uninstall();
        REQUIRE(picture_of(server.repository) == before);
    }
}

TEST_CASE("what others changed since is left, and the plan says so") {
    const Server server;
    server.previous_hook();
    server.install();
    SECTION("another hook in the place of ours") {
        REQUIRE(write_file_durably(server.repository / "hooks/post-receive", "#!/bin/sh\n", 0755));
        CHECK(contains(server.refusal(), "50-previous"));
        const auto done = server.uninstall();
        CHECK(contains(done.at(0), "not hookd's any more"));
        CHECK(read_file(server.repository / "hooks/post-receive") == "#!/bin/sh\n");
        CHECK(fs::exists(server.repository / "hooks/post-receive.d/50-previous"));
    }
    SECTION("one more hook beside the kept one") {
        const auto mine = server.repository / "hooks/post-receive.d/60-mine";
        REQUIRE(write_file_durably(mine, "#!/bin/sh\n", 0755));
        CHECK(server.install().empty());
        server.uninstall();
        CHECK(fs::exists(mine));
        CHECK(read_file(server.repository / "hooks/post-receive") == "#!/bin/sh\ncat\n");
    }
}

TEST_CASE("what is no bare repository is refused with what would be") {
    const Server server;
    const auto refused = [&](const fs::path& path) {
        const auto planned = plan_install({path, server.programs, {"1", "/spool", "/socket"}});
        return planned ? std::string() : planned.error().message;
    };
    CHECK(contains(refused(server.folder / "none"), "No such file"));
    CHECK(contains(refused(server.folder.path()), "not a bare Git repository"));
    REQUIRE(std::system(("git init -q '" + (server.folder / "tree").string() + "'").c_str()) == 0);
    CHECK(contains(refused(server.folder / "tree"), "working tree"));
    CHECK(contains(refused(server.folder / "tree/.git"), "core.bare should be true"));
}

TEST_CASE("a core.hooksPath that makes git look elsewhere is refused") {
    const Server server;
    server.git_config("core.hooksPath /srv/hooks");
    CHECK(contains(server.refusal(), "core.hooksPath is \"/srv/hooks\""));
    server.git_config("--unset core.hooksPath");
    CHECK(server.plan());
}

TEST_CASE("T096 folders that are links are not installed through") {
    const Server server;
    const auto elsewhere = server.folder / "elsewhere";
    REQUIRE(make_folders(elsewhere));
    const auto name = GENERATE("hooks", "hookd", "hooks/post-receive.d");
    REQUIRE(remove_tree(server.repository / name));
    fs::create_symlink(elsewhere, server.repository / name);
    CHECK(contains(server.refusal(), "not a folder of this repository alone"));
    CHECK(fs::is_empty(elsewhere));
}

TEST_CASE("hooks of a program that keeps its own in post-receive.d are not mixed with ours") {
    const Server server;
    SECTION("as Gitea lays them out") {
        server.previous_hook();
        REQUIRE(make_folders(server.repository / "hooks/post-receive.d", 0755));
        REQUIRE(write_file_durably(server.repository / "hooks/post-receive.d/gitea", "x", 0755));
        CHECK(contains(server.refusal(), "another program"));
    }
    SECTION("a hook that would run itself once it is there") {
        REQUIRE(write_file_durably(server.repository / "hooks/post-receive",
                                   "#!/bin/sh\nfor h in hooks/${0##*/}.d/*; do $h; done\n", 0755));
        CHECK(contains(server.refusal(), "would run itself"));
    }
}

TEST_CASE("only our own program is installed, with settings that can be read back") {
    const Server server;
    REQUIRE(write_file_durably(server.programs / "post-receive", "#!/bin/sh\n", 0755));
    CHECK(contains(server.refusal(), "not hookd's post-receive"));
    server.program("0.1.0");
    CHECK_FALSE(plan_install({server.repository, server.programs, {"1", "spool", "/s"}}));
    CHECK_FALSE(plan_install(
        {server.repository, server.programs, {"1", "/spool", "/" + std::string(200, 's')}}));
}

TEST_CASE("uninstalling where hookd is not installed says so") {
    const Server server;
    server.previous_hook();
    const auto planned = plan_uninstall(server.repository);
    REQUIRE_FALSE(planned);
    CHECK(planned.error().code == ErrorCode::not_found);
}

TEST_CASE("root installs as the repository's owner and stays root") {
    if (::geteuid() != 0) {
        WARN("skipped: acting as somebody else needs root");
        return;
    }
    const Server server;
    server.previous_hook();
    for (const auto& entry : fs::recursive_directory_iterator(server.repository)) {
        REQUIRE(::lchown(entry.path().c_str(), 65534, 65534) == 0);
    }
    REQUIRE(::chown(server.repository.c_str(), 65534, 65534) == 0);
    const auto before = picture_of(server.repository);
    const auto umask_before = ::umask(077);
    server.install();
    CHECK(::umask(umask_before) == 077);
    CHECK(::geteuid() == 0);
    for (const auto* name : {"hookd", "hookd/settings", "hooks/post-receive"}) {
        CHECK(look_at(server.repository / name)->st_uid == 65534);
        CHECK((look_at(server.repository / name)->st_mode & 0444) == 0444);
    }
    server.uninstall();
    CHECK(picture_of(server.repository) == before);
}

TEST_CASE("somebody who neither owns the repository nor is root is told who should do it") {
    if (::geteuid() != 0) {
        WARN("skipped: becoming somebody else needs root");
        return;
    }
    const Server server;
    REQUIRE(::seteuid(65534) == 0);
    const auto planned = server.plan();
    REQUIRE(::seteuid(0) == 0);
    REQUIRE_FALSE(planned);
    CHECK(planned.error().code == ErrorCode::denied);
    CHECK(contains(planned.error().message, "uid 0 (root)"));
}
