#include "hooks/git_setting.hpp"

#include "core/base/fd.hpp"
#include "hooks/acting_as.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace hookd::hooks {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (auto& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// Runs git with its output into `output`. Returns an errno where it could not be started.
int start_git(std::vector<std::string> arguments, std::vector<std::string> environment, int output,
              ::pid_t& child) {
    ::posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int error =
        ::posix_spawnp(&child, "git", &actions, nullptr, pointers_to(arguments).data(),
                       pointers_to(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

std::string read_all(const Fd& from) {
    std::string text;
    std::array<char, 4096> block;
    for (;;) {
        const ::ssize_t got = ::read(from.get(), block.data(), block.size());
        if (got > 0) {
            text.append(block.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            return text;
        }
    }
}

}  // namespace

Result<std::optional<std::string>> git_setting(const std::filesystem::path& repository,
                                               const std::string& name) {
    auto pipe = make_pipe();
    if (!pipe) {
        return fail(pipe.error());
    }
    ::pid_t child = 0;
    const int error = start_git({"git", "config", "--null", "--get", name},
                                {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
                                 "HOME=" + home_of(::geteuid()), "GIT_DIR=" + repository.string()},
                                pipe->write.get(), child);
    if (error != 0) {
        errno = error;
        return fail_errno("cannot run \"git\"");
    }
    pipe->write.reset();
    auto value = read_all(pipe->read);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    // 1 is git's word for "not set".
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1) {
        return std::nullopt;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || value.empty()) {
        return fail(ErrorCode::invalid, "git cannot read the configuration of \"" +
                                            repository.string() +
                                            "\"; `git config --list` there says why");
    }
    value.pop_back();
    return value;
}

}  // namespace hookd::hooks
