#include "hooks/post_receive/chain.hpp"

#include "core/base/fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace hookd::hooks {
namespace {

bool is_program(const std::string& path) {
    struct ::stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

/// A file in memory that starts at its first byte: unlike a pipe it needs nobody to feed it, and
/// the program may leave as much unread as it likes.
Result<Fd> file_with(std::string_view input) {
    Fd file(::memfd_create("push", MFD_CLOEXEC));
    if (!file.is_open()) {
        return fail_errno("cannot make a file in memory");
    }
    if (auto written = write_all(file.get(), input); !written) {
        return fail(written.error());
    }
    if (::lseek(file.get(), 0, SEEK_SET) != 0) {
        return fail_errno("cannot go back in a file in memory");
    }
    return file;
}

/// Attributes and file actions of one start, released with it.
class Start {
  public:
    Start(int input, bool sigpipe_was_ignored) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        ::posix_spawnattr_init(&attributes_);
        if (!sigpipe_was_ignored) {
            ::sigset_t defaults;
            ::sigemptyset(&defaults);
            ::sigaddset(&defaults, SIGPIPE);
            ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
            ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
        }
    }
    Start(const Start&) = delete;
    Start& operator=(const Start&) = delete;
    ~Start() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    /// 0, or the number of an error.
    int run(::pid_t& child, std::vector<std::string> arguments) const {
        std::vector<char*> pointers;
        pointers.reserve(arguments.size() + 1);
        for (auto& argument : arguments) {
            pointers.push_back(argument.data());
        }
        pointers.push_back(nullptr);
        return ::posix_spawn(&child, pointers.front(), &actions_, &attributes_, pointers.data(),
                             environ);
    }

  private:
    ::posix_spawn_file_actions_t actions_{};
    ::posix_spawnattr_t attributes_{};
};

}  // namespace

std::vector<std::string> chained_hooks(const std::string& folder) {
    std::vector<std::string> programs;
    const std::unique_ptr<::DIR, int (*)(::DIR*)> stream(::opendir(folder.c_str()), ::closedir);
    while (stream) {
        const ::dirent* entry = ::readdir(stream.get());
        if (entry == nullptr) {
            break;
        }
        const std::string name = entry->d_name;
        std::string path(folder);
        path.append("/").append(name);
        if (!name.starts_with('.') && !name.ends_with('~') && is_program(path)) {
            programs.push_back(std::move(path));
        }
    }
    std::sort(programs.begin(), programs.end());
    return programs;
}

Result<int> run_chained(const std::string& program, std::string_view input,
                        bool sigpipe_was_ignored) {
    const auto file = file_with(input);
    if (!file) {
        return fail(file.error());
    }
    const Start start(file->get(), sigpipe_was_ignored);
    ::pid_t child = 0;
    int error = start.run(child, {program});
    if (error == ENOEXEC) {
        // A script without "#!": git falls back to the shell, and so do we.
        error = start.run(child, {"/bin/sh", program});
    }
    if (error != 0) {
        errno = error;
        return fail_errno("cannot run \"" + program + "\"");
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return fail_errno("cannot wait for \"" + program + "\"");
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace hookd::hooks
