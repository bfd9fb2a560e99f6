#include "apps/hookd/daemon.hpp"

#include "api/service.hpp"
#include "apps/hookd/configuration_files.hpp"
#include "apps/hookd/state.hpp"
#include "apps/hookd/webhook_door.hpp"
#include "config/current.hpp"
#include "config/load.hpp"
#include "core/base/file.hpp"
#include "core/http/server.hpp"
#include "core/process/runner.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/explain.hpp"
#include "dispatch/intake.hpp"
#include "dispatch/replay.hpp"
#include "dispatch/repository_paths.hpp"
#include "hooks/spool_folder.hpp"
#include "hooks/spool_intake.hpp"
#include "reconcile/reconciler.hpp"
#include "webhook/delivery_replays.hpp"
#include "webhook/receiver.hpp"

#include <time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

namespace hookd::app {
namespace {

/// How long running attempts may go on after a stop was asked for.
constexpr Milliseconds k_drain{10'000};
/// How long a start waits for the trees of a daemon that died: their supervisors end them.
constexpr Milliseconds k_predecessors{30'000};
constexpr Milliseconds k_watch_files{1'000};

::sigset_t watched_signals() {
    ::sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        ::sigaddset(&set, number);
    }
    return set;
}

/// The next of our signals, or 0 after `timeout`.
int wait_for_signal(Milliseconds timeout) {
    const ::sigset_t set = watched_signals();
    const ::timespec limit{.tv_sec = timeout.count() / 1000,
                           .tv_nsec = timeout.count() % 1000 * 1'000'000};
    const int number = ::sigtimedwait(&set, nullptr, &limit);
    return number < 0 ? 0 : number;
}

/// Ends the process at the second signal to stop. The queue recovers from that as from a crash.
void end_at_second_signal(const std::stop_token& stopped) {
    while (!stopped.stop_requested()) {
        const int number = wait_for_signal(Milliseconds{200});
        if (number == SIGTERM || number == SIGINT) {
            ::_exit(128 + number);
        }
    }
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

void log_remarks(const config::Configuration& configuration, Log& log) {
    for (const config::Problem& remark : configuration.remarks) {
        log.warning("to be looked at", {{"remark", to_text(remark)}});
    }
}

/// Reads the configuration again when asked, or when its files change.
class Reloader {
  public:
    Reloader(config::Current& current, WebhookDoor& door, Log& log)
        : current_(current), door_(door), log_(log), print_(fingerprint(*current.get())) {}

    Status reload() {
        const std::lock_guard lock(mutex_);
        return reload_locked();
    }

    void reload_if_changed() {
        const std::lock_guard lock(mutex_);
        if (fingerprint(*current_.get()) != print_) {
            static_cast<void>(reload_locked());
        }
    }

  private:
    Status reload_locked() {
        const auto before = current_.get();
        print_ = fingerprint(*before);
        auto loaded = config::load(before->server.file);
        if (const auto* const problems = std::get_if<config::Problems>(&loaded)) {
            std::string text;
            for (const config::Problem& problem : *problems) {
                text += (text.empty() ? "" : "\n") + to_text(problem);
                log_.error("configuration refused, the old rules stay",
                           {{"problem", to_text(problem)}});
            }
            return fail(ErrorCode::invalid, text);
        }
        auto& configuration = std::get<config::Configuration>(loaded);
        if (configuration.server.state != before->server.state) {
            return fail(ErrorCode::invalid,
                        "\"state\" cannot change while hookd runs: stop it and start it again");
        }
        if (auto renewed = door_.renew(*before, configuration); !renewed) {
            log_.error("configuration refused, the old rules stay",
                       {{"problem", renewed.error().message}});
            return renewed;
        }
        if (!WebhookDoor::is_same(*before, configuration) ||
            configuration.server.slots != before->server.slots) {
            log_.warning("\"listen\" and \"worker.slots\" take effect at the next start");
        }
        log_remarks(configuration, log_);
        log_.info("configuration in force",
                  {{"repositories", std::to_string(configuration.repositories.size())},
                   {"endpoints", std::to_string(configuration.endpoints.size())}});
        current_.replace(std::move(configuration));
        print_ = fingerprint(*current_.get());
        return {};
    }

    config::Current& current_;
    WebhookDoor& door_;
    Log& log_;
    std::mutex mutex_;
    std::string print_;
};

std::filesystem::path beside_this_program(const char* name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

bool has_spooled(const std::filesystem::path& spool) {
    const auto folder = hooks::SpoolFolder::open(spool);
    if (!folder) {
        return false;
    }
    const auto names = folder->names_after("", 1);
    return names && !names->empty();
}

/// Everything that runs, made in the order of dependence and taken down in the reverse.
class Daemon {
  public:
    Daemon(DaemonOptions options, config::Configuration configuration, Log& log)
        : log_(log),
          state_(configuration.server.state),
          current_(std::move(configuration)),
          door_(std::move(options.sockets), log),
          reloader_(current_, door_, log),
          runner_(options.supervisor.empty() ? beside_this_program("hookd-supervise")
                                             : options.supervisor,
                  state_.supervisors_lock(),
                  process::RunnerSettings{.open_files = options.open_files}),
          server_(log) {}

    Status start() {
        // What a supervisor that was killed leaves behind comes to us, and is ended.
        if (auto adopting = process::become_subreaper(); !adopting) {
            return adopting;
        }
        auto opened = open_state(state_, clock_);
        if (!opened) {
            return fail(opened.error());
        }
        queue_ = std::move(*opened);
        auto node = recover();
        if (!node) {
            return fail(node.error());
        }
        intake_.emplace(*queue_, current_, log_, [this](const std::string& repository) {
            // Where it cannot be asked now, the timer compares.
            static_cast<void>(reconciler_->ask(repository));
        });
        const queue::Intake take = [this](queue::Delivery delivery, std::vector<Event> events,
                                          queue::AcceptDone done) {
            intake_->take(std::move(delivery), std::move(events), std::move(done));
        };
        dispatcher_.emplace(dispatch::Workshop{*queue_, current_, runner_, clock_, log_, state_},
                            *node,
                            dispatch::DispatcherSettings{.slots = current_.get()->server.slots});
        const queue::Record keep = [this](queue::Delivery delivery, queue::RecordDone done) {
            queue_->record(std::move(delivery), std::move(done));
        };
        receiver_.emplace(current_, take, keep, clock_, log_);
        delivery_replays_.emplace(*queue_, current_, take, clock_, log_);
        reconciler_.emplace(
            reconcile::Reconciler::Workshop{*queue_, current_, clock_, log_, take,
                                            [this] { return has_spooled(state_.spool()); }},
            reconcile::Reconciler::Settings{});
        api_.emplace(api::Context{
            *queue_, clock_, log_, state_, [this] { return reloader_.reload(); },
            [this](const std::string& repository) { return reconciler_->ask(repository); },
            [this] { return reconciler_->report(); },
            [this](std::vector<Event> events) { return explain(std::move(events)); },
            [this](const queue::ReplayRequest& request) {
                return dispatch::replay(*queue_, *current_.get(), log_, request);
            },
            [this](const DeliveryId& id, const std::string& asked_by) {
                return delivery_replays_->replay(id, asked_by);
            },
            [this] { return listener_health(); }});
        spool_.emplace(
            hooks::SpoolIntake::Settings{.spool = state_.spool(), .socket = state_.spool_socket()},
            current_, take, clock_, log_);
        if (auto listening = listen(); !listening) {
            return listening;
        }
        if (auto started = spool_->start(); !started) {
            return started;
        }
        server_.start();
        dispatcher_->start();
        reconciler_->start();
        return {};
    }

    void watch() {
        for (;;) {
            const int number = wait_for_signal(k_watch_files);
            if (number == SIGTERM || number == SIGINT) {
                return;
            }
            if (number == SIGHUP) {
                static_cast<void>(reloader_.reload());
            } else {
                reloader_.reload_if_changed();
            }
        }
    }

    void stop() {
        log_.info("stopping");
        std::jthread impatient([](const std::stop_token& token) { end_at_second_signal(token); });
        reconciler_->stop();
        spool_->stop();
        server_.stop(Milliseconds{5'000});
        dispatcher_->stop(k_drain);
        api_.reset();
        receiver_.reset();
        delivery_replays_.reset();
        intake_.reset();
        queue_.reset();
        reconciler_.reset();
        log_.info("stopped");
    }

  private:
    std::string explain(std::vector<Event> events) {
        const auto rules = current_.get();
        const dispatch::AskPaths ask = [this, &rules](const Event& event) {
            return dispatch::paths_from_repository(*rules, event, &log_);
        };
        return dispatch::to_json_text(dispatch::explain(std::move(events), *rules, ask));
    }

    api::ListenerHealth listener_health() const {
        const auto intake = server_.intake();
        return {intake.paused, intake.pauses, door_.certificate_ends()};
    }

    Result<queue::NodeId> recover() {
        if (auto gone = runner_.wait_for_predecessors(k_predecessors); !gone) {
            return fail(gone.error().in("an earlier daemon's actions still run"));
        }
        auto node = queue_->register_node(host_name());
        if (!node) {
            return node;
        }
        const auto recovered = queue_->recover(*node);
        if (!recovered) {
            return fail(recovered.error());
        }
        if (recovered->retried + recovered->unknown + recovered->failed > 0) {
            log_.warning("attempts of an earlier daemon were cut short",
                         {{"run_again", std::to_string(recovered->retried)},
                          {"unknown", std::to_string(recovered->unknown)},
                          {"given_up", std::to_string(recovered->failed)}});
        }
        // Workspaces of attempts that no longer run.
        if (auto removed = remove_tree(state_.work()); !removed) {
            log_.warning("cannot remove old workspaces", {{"reason", removed.error().message}});
        }
        if (auto made = make_folders(state_.work()); !made) {
            return fail(made.error());
        }
        return node;
    }

    Status listen() {
        const auto rules = current_.get();
        log_remarks(*rules, log_);
        if (auto opened = door_.open(*rules, server_, *receiver_); !opened) {
            return opened;
        }
        http::Limits limits;
        limits.body_bytes = rules->server.limits.body_bytes;
        const auto socket = server_.listen(http::UnixAddress{state_.api_socket()}, limits, *api_);
        if (!socket) {
            return fail(socket.error());
        }
        log_.info("ready", {{"socket", state_.api_socket().string()},
                            {"repositories", std::to_string(rules->repositories.size())}});
        return {};
    }

    Log& log_;
    const RealClock clock_;
    const StateFolder state_;
    config::Current current_;
    WebhookDoor door_;
    Reloader reloader_;
    const process::Runner runner_;
    std::unique_ptr<queue::Queue> queue_;
    std::optional<dispatch::Intake> intake_;
    std::optional<dispatch::Dispatcher> dispatcher_;
    std::optional<webhook::Receiver> receiver_;
    std::optional<webhook::DeliveryReplays> delivery_replays_;
    std::optional<reconcile::Reconciler> reconciler_;
    std::optional<api::Service> api_;
    std::optional<hooks::SpoolIntake> spool_;
    http::Server server_;  ///< last: stops before what it serves goes away
};

}  // namespace

void block_signals() {
    const ::sigset_t set = watched_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

Status run_daemon(DaemonOptions options, config::Configuration configuration, Log& log) {
    Daemon daemon(std::move(options), std::move(configuration), log);
    if (auto started = daemon.start(); !started) {
        return started;
    }
    daemon.watch();
    daemon.stop();
    return {};
}

}  // namespace hookd::app
