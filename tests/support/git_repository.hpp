#pragma once

#include "core/base/fd.hpp"
#include "core/base/file.hpp"
#include "core/model/names.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookd::test {

/// One change of a file in a commit. A file may replace a folder of its name and the other way
/// round, as git does it.
struct FileChange {
    std::string path;
    std::string content;          ///< of a submodule its commit id
    std::string mode = "100644";  ///< "100755", "120000" a link, "160000" a submodule, "D" remove
};

/// A bare repository of one test, made and asked with the real git, which sees nothing of the
/// machine's configuration: a fixed author, its own home, no system file.
class GitRepository {
  public:
    explicit GitRepository(const std::vector<std::string>& init_options = {}) {
        std::vector<std::string> arguments{"init", "-q", "--bare", "-b", "main"};
        arguments.insert(arguments.end(), init_options.begin(), init_options.end());
        arguments.push_back(path().string());
        git_in(folder_.path(), arguments);
    }

    [[nodiscard]] std::filesystem::path path() const { return folder_ / "shop.git"; }
    /// A folder beside the repository, for what else the test needs.
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

    /// Runs git here and gives its standard output. Throws with what it said where it fails.
    std::string git(const std::vector<std::string>& arguments, std::string_view input = {}) const {
        return git_in(path(), arguments, input);
    }

    /// The same, without the newline at the end.
    std::string line(const std::vector<std::string>& arguments, std::string_view input = {}) const {
        auto text = git(arguments, input);
        while (!text.empty() && text.back() == '\n') {
            text.pop_back();
        }
        return text;
    }

    /// A program of git's in any folder, in the same clean environment.
    std::string git_in(const std::filesystem::path& folder,
                       const std::vector<std::string>& arguments,
                       std::string_view input = {}) const;

    /// Commits `changes` on top of `branch` (or of `parents`, where given) and moves it there. Each
    /// commit is a second later than the one before, or at `time`.
    ObjectId commit(const std::string& branch, const std::vector<FileChange>& changes,
                    const std::vector<ObjectId>& parents = {}, std::int64_t time = 0);

    [[nodiscard]] ObjectId id(const std::string& revision) const {
        return ObjectId::parse(line({"rev-parse", "--verify", revision})).value();
    }

  private:
    TemporaryFolder folder_;
    std::int64_t time_ = 1'760'000'000;
};

inline std::string read_all(int fd) {
    std::string text;
    std::array<char, 65536> block{};
    for (;;) {
        const auto got = ::read(fd, block.data(), block.size());
        if (got <= 0) {
            return text;
        }
        text.append(block.data(), static_cast<std::size_t>(got));
    }
}

inline std::string GitRepository::git_in(const std::filesystem::path& folder,
                                         const std::vector<std::string>& arguments,
                                         std::string_view input) const {
    const std::vector<std::string> environment{
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "HOME=" + folder_.path().string(),
        "LC_ALL=C",
        "TZ=UTC",
        "GIT_CONFIG_NOSYSTEM=1",
        "GIT_CONFIG_GLOBAL=/dev/null",
        "GIT_AUTHOR_NAME=Ann",
        "GIT_AUTHOR_EMAIL=ann@acme.test",
        "GIT_COMMITTER_NAME=Ann",
        "GIT_COMMITTER_EMAIL=ann@acme.test",
        "GIT_CONFIG_COUNT=2",
        "GIT_CONFIG_KEY_0=protocol.file.allow",
        "GIT_CONFIG_VALUE_0=always",
        "GIT_CONFIG_KEY_1=core.fsync",
        "GIT_CONFIG_VALUE_1=none",
    };
    std::vector<std::string> command{"git", "-C", folder.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto pointers = [](const std::vector<std::string>& texts) {
        std::vector<char*> list;
        for (const auto& text : texts) {
            list.push_back(const_cast<char*>(text.c_str()));
        }
        list.push_back(nullptr);
        return list;
    };
    const Fd in(::memfd_create("input", MFD_CLOEXEC));
    const Fd out(::memfd_create("output", MFD_CLOEXEC));
    const Fd err(::memfd_create("errors", MFD_CLOEXEC));
    if (!write_all(in.get(), input) || ::lseek(in.get(), 0, SEEK_SET) != 0) {
        throw std::runtime_error("cannot hand git its input");
    }
    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.get(), 0);
    ::posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
    ::posix_spawn_file_actions_adddup2(&actions, err.get(), 2);
    ::pid_t child = 0;
    const int failed = ::posix_spawnp(&child, "git", &actions, nullptr, pointers(command).data(),
                                      pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (failed != 0 || ::waitpid(child, &status, 0) != child) {
        throw std::runtime_error("cannot start git");
    }
    ::lseek(out.get(), 0, SEEK_SET);
    ::lseek(err.get(), 0, SEEK_SET);
    if (status != 0) {
        throw std::runtime_error("git " + arguments.front() + ": " + read_all(err.get()));
    }
    return read_all(out.get());
}

inline ObjectId GitRepository::commit(const std::string& branch,
                                      const std::vector<FileChange>& changes,
                                      const std::vector<ObjectId>& parents, std::int64_t time) {
    const auto data = [](const std::string& bytes) {
        return "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
    };
    const auto at = std::to_string(time != 0 ? time : ++time_);
    const std::string ref = "refs/heads/" + branch;
    std::string stream = "commit " + ref + "\nmark :1\n";
    stream += "author Ann <ann@acme.test> " + at + " +0000\n";
    stream += "committer Ann <ann@acme.test> " + at + " +0000\n" + data("change at " + at + "\n");
    std::string from = "from ";
    for (const auto& parent : parents) {
        stream += from + parent.text() + "\n";
        from = "merge ";
    }
    if (parents.empty() && !git({"for-each-ref", ref}).empty()) {
        stream += "from " + ref + "^0\n";
    }
    for (const auto& change : changes) {
        if (change.mode == "D") {
            stream += "D " + change.path + "\n";
        } else if (change.mode == "160000") {
            stream += "M 160000 " + change.content + " " + change.path + "\n";
        } else {
            stream += "M " + change.mode + " inline " + change.path + "\n" + data(change.content);
        }
    }
    stream += "get-mark :1\n";
    return ObjectId::parse(line({"fast-import", "--quiet", "--force"}, stream)).value();
}

}  // namespace hookd::test
