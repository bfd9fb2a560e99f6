#pragma once

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/http/client.hpp"
#include "core/model/state_folder.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookd::test {

inline void write_text(const std::filesystem::path& path, const std::string& text,
                       std::filesystem::perms mode = std::filesystem::perms::owner_read |
                                                     std::filesystem::perms::owner_write) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, mode);
}

/// A program in the environment of the test with output into a file; its exit status.
inline int run_program(const std::vector<std::string>& arguments,
                       const std::filesystem::path& output = "/dev/null") {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) {
        pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    ::pid_t child = 0;
    const int failed =
        ::posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (failed != 0 || ::waitpid(child, &status, 0) != child) {
        throw std::runtime_error("cannot run " + arguments.front());
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The real hookd of this build, on configuration and state in a folder of its own.
class Daemon {
  public:
    Daemon() {
        write_text(folder_ / "etc/hookd.yaml", "state: " + state().root().string() +
                                                   "\nlisten: {webhooks: {address: "
                                                   "\"127.0.0.1:0\"}}\nworker: {slots: 2}\n");
        std::filesystem::create_directories(folder_ / "etc/repos.d");
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon() {
        if (pid_ != 0) {
            kill_now();
        }
    }

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::filesystem::path server_file() const { return folder_ / "etc/hookd.yaml"; }
    [[nodiscard]] StateFolder state() const { return StateFolder(folder_ / "state"); }
    [[nodiscard]] ::pid_t pid() const { return pid_; }

    void add_repository(const std::string& file, const std::string& text) const {
        write_text(folder_ / "etc/repos.d" / (file + ".yaml"), text);
    }
    void add_secret(const std::string& name, const std::string& secret) const {
        write_text(folder_ / "etc/secrets" / name, secret + "\n");
    }

    /// Starts it, `through` a command that ends in executing its arguments where there is one, and
    /// returns once it is ready. Throws with its log where it ends instead.
    void start(const std::vector<std::string>& through = {}) {
        log_ = folder_ / ("hookd-" + std::to_string(++starts_) + ".log");
        std::vector<std::string> arguments = through;
        arguments.insert(arguments.end(), {std::string(HOOKD_BIN_DIR) + "/hookd", "--config",
                                           server_file().string()});
        const std::string program = arguments.front();
        std::vector<char*> pointers;
        for (const std::string& argument : arguments) {
            pointers.push_back(const_cast<char*>(argument.c_str()));
        }
        pointers.push_back(nullptr);
        ::posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, 2, log_.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                           0600);
        ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        const int failed =
            ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) {
            pid_ = 0;
            throw std::runtime_error("cannot start " + program);
        }
        const bool up = eventually(
            [this] { return log().find(" ready ") != std::string::npos || !is_running(); });
        if (!up || pid_ == 0) {
            throw std::runtime_error("hookd did not start: " + log());
        }
    }

    void kill_now() { end_with(SIGKILL); }
    /// Stops it as an administrator does; its exit status.
    int stop() { return end_with(SIGTERM); }

    [[nodiscard]] std::string log() const { return read_file(log_).value_or(""); }

    [[nodiscard]] std::uint16_t port() const {
        const std::string text = log();
        const std::size_t line = text.find("listening for webhooks");
        const std::size_t at = text.find(" port=", line);
        const std::size_t end = text.find_first_not_of("0123456789", at + 6);
        return static_cast<std::uint16_t>(
            parse_number(std::string_view(text).substr(at + 6, end - at - 6)).value_or(0));
    }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port()) + path;
    }

    /// An answer of the API. Throws where there is none.
    [[nodiscard]] nlohmann::json get(const std::string& target) const {
        http::ClientRequest request;
        request.url = "http://hookd" + target;
        request.unix_socket = state().api_socket();
        const auto response = http::send(request);
        if (!response) {
            throw std::runtime_error(target + ": " + response.error().message);
        }
        if (response->status != 200) {
            throw std::runtime_error(target + ": " + response->body);
        }
        return nlohmann::json::parse(response->body);
    }

    /// Every row of a list, over all its pages.
    [[nodiscard]] std::vector<nlohmann::json> list(const std::string& name) const {
        std::vector<nlohmann::json> rows;
        std::string before;
        for (;;) {
            const auto page = get("/api/v1/" + name + "?limit=200" + before);
            for (const auto& row : page.at(name)) {
                rows.push_back(row);
            }
            const auto& next = page.at("next");
            if (next.is_null()) {
                return rows;
            }
            before = "&before=" + (next.is_string() ? next.get<std::string>() : next.dump());
        }
    }

    /// Waits until nothing waits or runs.
    [[nodiscard]] bool settles(
        std::chrono::milliseconds deadline = std::chrono::seconds(60)) const {
        return eventually(
            [this] {
                const auto queue = get("/api/v1/queue");
                return queue["ready"] == 0 && queue["running"] == 0 && queue["blocked"] == 0 &&
                       queue["waiting"] == 0;
            },
            deadline);
    }

  private:
    bool is_running() {
        int status = 0;
        if (pid_ != 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = 0;
        }
        return pid_ != 0;
    }

    int end_with(int signal) {
        ::kill(pid_, signal);
        int status = 0;
        ::waitpid(std::exchange(pid_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    TemporaryFolder folder_;
    std::filesystem::path log_;
    ::pid_t pid_ = 0;
    int starts_ = 0;
};

}  // namespace hookd::test
