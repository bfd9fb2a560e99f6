#pragma once

#include "core/process/runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace hookd::process::test {

using hookd::test::eventually;

/// A runner, a folder, and commands whose processes carry a tag in their environment.
class Workbench {
  public:
    explicit Workbench(RunnerSettings settings = {})
        : runner(std::filesystem::path(HOOKD_BIN_DIR) / "hookd-supervise", folder / "presence",
                 settings) {}

    /// `misbehave` in one of its ways.
    [[nodiscard]] Command misbehave(std::initializer_list<std::string> arguments) const {
        Command command;
        command.arguments = {std::string(HOOKD_BIN_DIR) + "/misbehave"};
        command.arguments.insert(command.arguments.end(), arguments);
        command.environment = {tag()};
        command.folder = folder.path();
        command.log = log_path();
        command.timeout = std::chrono::seconds(60);
        command.grace = Milliseconds(200);
        return command;
    }

    Ended run(const Command& command) const {
        auto ended = runner.run(command, cancel);
        REQUIRE(ended);
        return *ended;
    }

    [[nodiscard]] std::filesystem::path log_path() const { return folder / "log"; }
    [[nodiscard]] std::string log() const { return content_of(log_path()); }
    [[nodiscard]] bool log_holds(std::string_view text) const {
        return log().find(text) != std::string::npos;
    }

    /// Processes that carry our tag and are no zombies.
    [[nodiscard]] std::vector<int> survivors() const {
        std::vector<int> found;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const std::string environment = content_of(entry.path() / "environ");
            if (environment.find(tag()) != std::string::npos) {
                found.push_back(std::stoi(entry.path().filename()));
            }
        }
        return found;
    }

    static std::string content_of(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        return content.str();
    }

    hookd::test::TemporaryFolder folder;
    mutable Cancel cancel;
    Runner runner;

  private:
    [[nodiscard]] std::string tag() const { return "HOOKD_TEST_TAG=" + folder.path().string(); }
};

/// A copy of this process that does one thing and ends.
class Fork {
  public:
    template <class Action>
    explicit Fork(Action&& action) : pid_(::fork()) {
        if (pid_ == 0) {
            ::_exit(action() ? 0 : 1);
        }
    }
    Fork(const Fork&) = delete;
    Fork& operator=(const Fork&) = delete;
    ~Fork() {
        if (pid_ > 0) {
            kill();
        }
    }

    void kill() {
        ::kill(pid_, SIGKILL);
        ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    }
    [[nodiscard]] bool succeeded() {
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

  private:
    ::pid_t pid_;
};

}  // namespace hookd::process::test
