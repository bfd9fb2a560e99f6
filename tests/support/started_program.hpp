#pragma once

#include "core/base/fd.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookd::test {

/// A program that a test has started, in a process group of its own. What is left of the group
/// is killed with the object.
class StartedProgram {
  public:
    /// `environment`: all of it, "NAME=value". Standard input is empty.
    StartedProgram(std::vector<std::string> arguments, std::vector<std::string> environment)
        : output_(::memfd_create("output", MFD_CLOEXEC)) {
        ::posix_spawn_file_actions_t actions{};
        ::posix_spawnattr_t attributes{};
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions, output_.get(), 1);
        ::posix_spawn_file_actions_adddup2(&actions, output_.get(), 2);
        ::posix_spawnattr_init(&attributes);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        const int failed =
            ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, &attributes,
                           pointers_to(arguments).data(), pointers_to(environment).data());
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
        if (failed != 0) {
            throw std::runtime_error("cannot start " + arguments.front());
        }
    }
    StartedProgram(const StartedProgram&) = delete;
    StartedProgram& operator=(const StartedProgram&) = delete;
    ~StartedProgram() {
        ::kill(-pid_, SIGKILL);
        wait();
    }

    [[nodiscard]] ::pid_t pid() const { return pid_; }
    void kill(int signal) const { ::kill(pid_, signal); }

    /// Its exit status, or 128 + the number of the signal that ended it.
    int wait() {
        if (!waited_) {
            waited_ = ::waitpid(pid_, &status_, 0) == pid_;
        }
        return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    }

    /// What it has written so far, output and errors.
    [[nodiscard]] std::string output() const {
        std::string text;
        std::array<char, 65536> block;
        ::off_t at = 0;
        for (;;) {
            const auto got = ::pread(output_.get(), block.data(), block.size(), at);
            if (got <= 0) {
                return text;
            }
            text.append(block.data(), static_cast<std::size_t>(got));
            at += got;
        }
    }

  private:
    static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
        std::vector<char*> pointers;
        pointers.reserve(texts.size() + 1);
        for (auto& text : texts) {
            pointers.push_back(text.data());
        }
        pointers.push_back(nullptr);
        return pointers;
    }

    Fd output_;
    ::pid_t pid_ = 0;
    int status_ = 0;
    bool waited_ = false;
};

}  // namespace hookd::test
