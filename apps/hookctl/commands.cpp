#include "apps/hookctl/commands.hpp"

#include "config/state_folder.hpp"
#include "core/model/state_folder.hpp"

#include <array>
#include <cstdlib>

namespace hookd::hookctl {
namespace {

constexpr std::array k_commands = {
    Command{"init", "Write commented example files into a folder", add_init},
    Command{"check", "Read the configuration and print every problem", add_check},
    Command{"install", "Put hookd's hooks into bare repositories", add_install},
    Command{"uninstall", "Take hookd's hooks out again", add_uninstall},
    Command{"send", "Sign and post a payload exactly as a forge does", add_send},
    Command{"events", "List events, newest first", add_events},
    Command{"event", "Show one event: what rules made of it and how it arrived", add_event},
    Command{"deliveries", "List deliveries and what became of them, newest first", add_deliveries},
    Command{"delivery", "Show one delivery, taken or refused, and why", add_delivery},
    Command{"explain", "Show what rules make of an event, clause by clause; runs nothing",
            add_explain},
    Command{"replay", "Run a stored event again, or take a refused delivery, by the rules in force",
            add_replay},
    Command{"runs", "List runs, newest first", add_runs},
    Command{"run", "Show one run with its actions and attempts", add_run},
    Command{"logs", "Print the log of a run's actions", add_logs},
    Command{"watch", "Follow runs as they change", add_watch},
    Command{"deployments", "List what was deployed where", add_deployments},
    Command{"queue", "Show how much waits and since when", add_queue},
    Command{"reconcile",
            "Find what was missed: compare refs, and ask forges for deliveries that did not come",
            add_reconcile},
    Command{"reload", "Read the configuration again: whole or not at all", add_reload},
};

constexpr std::string_view k_unix = "unix:";

}  // namespace

std::span<const Command> commands() {
    return k_commands;
}

Result<std::filesystem::path> find_state(const Settings& settings) {
    const auto state = config::state_folder(settings.configuration_file);
    if (!state) {
        return fail(state.error().code,
                    state.error().message + "; --config FILE names the server file");
    }
    return *state;
}

Result<Daemon> find_daemon(const Settings& settings) {
    std::string server = settings.server;
    if (const char* const given = ::getenv("HOOKD_SERVER"); server.empty() && given != nullptr) {
        server = given;
    }
    if (server.starts_with(k_unix)) {
        return Daemon(server.substr(k_unix.size()));
    }
    if (!server.empty()) {
        return fail(ErrorCode::invalid,
                    "\"" + server + "\" is no server this version can reach: unix:PATH is");
    }
    const auto state = find_state(settings);
    if (!state) {
        return fail(state.error().code,
                    state.error().message + ", --server unix:PATH the daemon's socket");
    }
    return Daemon(StateFolder(*state).api_socket());
}

}  // namespace hookd::hookctl
