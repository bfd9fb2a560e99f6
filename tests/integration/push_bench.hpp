#pragma once

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "hooks/install.hpp"
#include "hooks/spool_intake.hpp"
#include "hooks/spool_record.hpp"
#include "tests/support/git_repository.hpp"
#include "tests/support/started_program.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookd::test {

/// A server's bare repository with hookd's hook installed, and a client that pushes to it.
class PushBench {
  public:
    /// What clients send and no file of ours may hold.
    static inline const std::string k_authorization = "Basic YW5uOnNlY3JldA==";

    PushBench() {
        ::chmod(server.folder().c_str(), 0755);
        must(make_folders(spool()));
        server.git({"config", "receive.advertisePushOptions", "true"});
    }

    void install() const {
        const auto plan = hooks::plan_install(
            {server.path(), HOOKD_BIN_DIR, {"0.1.0", spool().string(), socket().string()}});
        must(plan);
        must(hooks::apply(*plan));
    }

    [[nodiscard]] std::filesystem::path spool() const { return server.folder() / "state/spool"; }
    [[nodiscard]] std::filesystem::path socket() const { return server.folder() / "state/s"; }

    /// Starts `git push` with these arguments.
    [[nodiscard]] std::unique_ptr<StartedProgram> start_push(
        const std::vector<std::string>& arguments, const std::string& url = {}) const {
        std::vector<std::string> command = {"git",
                                            "-C",
                                            client.path().string(),
                                            "-c",
                                            "http.extraHeader=Authorization: " + k_authorization,
                                            "push"};
        // Options come before the repository.
        const auto is_option = [](const std::string& word) { return word.starts_with("-"); };
        const auto refs = std::find_if_not(arguments.begin(), arguments.end(), is_option);
        command.insert(command.end(), arguments.begin(), refs);
        command.push_back(url.empty() ? server.path().string() : url);
        command.insert(command.end(), refs, arguments.end());
        return std::make_unique<StartedProgram>(
            command, std::vector<std::string>{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
                                              "GL_USER=ann", "HOME=" + client.folder().string(),
                                              "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
                                              "HTTP_AUTHORIZATION=" + k_authorization});
    }

    /// Pushes and gives what the pusher saw. Throws where git says that it failed.
    std::string push(const std::vector<std::string>& arguments, const std::string& url = {}) const {
        const auto program = start_push(arguments, url);
        const int status = program->wait();
        if (status != 0) {
            throw std::runtime_error("git push: " + program->output());
        }
        return program->output();
    }

    /// What lies in the spool, oldest first.
    [[nodiscard]] std::vector<std::string> spooled_bytes() const {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(spool())) {
            if (entry.path().extension() == ".push") {
                files.push_back(entry.path());
            }
        }
        std::sort(files.begin(), files.end());
        std::vector<std::string> bytes;
        bytes.reserve(files.size());
        for (const auto& file : files) {
            bytes.push_back(read_file(file).value());
        }
        return bytes;
    }
    [[nodiscard]] std::vector<hooks::SpoolRecord> spooled() const {
        std::vector<hooks::SpoolRecord> records;
        for (const auto& bytes : spooled_bytes()) {
            records.push_back(hooks::spool_record_from(bytes).value());
        }
        return records;
    }

    GitRepository server;
    GitRepository client;

  private:
    template <class Outcome>
    static void must(const Outcome& outcome) {
        if (!outcome) {
            throw std::runtime_error(outcome.error().message);
        }
    }
};

/// The daemon's part: takes the spool of a bench; its queue stores everything in memory.
class TakingDaemon {
  public:
    explicit TakingDaemon(const PushBench& bench)
        : configuration_(configuration_of(bench)),
          intake_(
              {bench.spool(), bench.socket()}, configuration_,
              [this](const queue::Delivery& /*delivery*/, const std::vector<Event>& events,
                     const queue::AcceptDone& done) { store(events, done); },
              clock_, log_) {
        if (const auto started = intake_.start(); !started) {
            throw std::runtime_error(started.error().message);
        }
    }

    [[nodiscard]] std::vector<Event> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

  private:
    static config::Configuration configuration_of(const PushBench& bench) {
        config::Repository repository;
        repository.name = RepositoryName::parse("acme/shop").value();
        repository.path = bench.server.path();
        config::Configuration configuration;
        configuration.repositories.push_back(std::move(repository));
        return configuration;
    }

    void store(const std::vector<Event>& events, const queue::AcceptDone& done) {
        queue::Accepted accepted;
        for (const auto& event : events) {
            accepted.events.push_back(
                {event.id, false, {{RunId(1), "checks"}, {RunId(2), "release"}}});
        }
        {
            const std::lock_guard lock(mutex_);
            events_.insert(events_.end(), events.begin(), events.end());
        }
        done(std::move(accepted));
    }

    mutable std::mutex mutex_;
    std::vector<Event> events_;
    config::Current configuration_;
    RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    hooks::SpoolIntake intake_;
};

}  // namespace hookd::test
