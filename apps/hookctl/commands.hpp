#pragma once

#include "apps/hookctl/daemon.hpp"
#include "apps/hookctl/exit_code.hpp"
#include "apps/hookctl/terminal.hpp"
#include "core/base/result.hpp"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace hookd::hookctl {

/// What stands before the command on the command line.
struct Settings {
    std::string server;  ///< "unix:PATH"; empty: found through the configuration
    std::filesystem::path configuration_file = "/etc/hookd/hookd.yaml";
    Output output = Output::human;
};

using Run = std::function<Result<Exit>()>;

/// One command: `add` declares its options in `app` and returns what runs it. Adding one: a
/// function and a line in the table.
struct Command {
    std::string_view name;
    std::string_view summary;
    Run (*add)(CLI::App& app, const Settings& settings);
};

/// All commands, in the order of `hookctl --help`.
[[nodiscard]] std::span<const Command> commands();

/// The daemon that the settings name. **Errors:** what to give so that it is found.
[[nodiscard]] Result<Daemon> find_daemon(const Settings& settings);

/// The state directory that the settings name. **Errors:** as above.
[[nodiscard]] Result<std::filesystem::path> find_state(const Settings& settings);

Run add_init(CLI::App& app, const Settings& settings);
Run add_check(CLI::App& app, const Settings& settings);
Run add_install(CLI::App& app, const Settings& settings);
Run add_uninstall(CLI::App& app, const Settings& settings);
Run add_send(CLI::App& app, const Settings& settings);
Run add_events(CLI::App& app, const Settings& settings);
Run add_event(CLI::App& app, const Settings& settings);
Run add_deliveries(CLI::App& app, const Settings& settings);
Run add_delivery(CLI::App& app, const Settings& settings);
Run add_explain(CLI::App& app, const Settings& settings);
Run add_replay(CLI::App& app, const Settings& settings);
Run add_runs(CLI::App& app, const Settings& settings);
Run add_run(CLI::App& app, const Settings& settings);
Run add_logs(CLI::App& app, const Settings& settings);
Run add_watch(CLI::App& app, const Settings& settings);
Run add_deployments(CLI::App& app, const Settings& settings);
Run add_queue(CLI::App& app, const Settings& settings);
Run add_reload(CLI::App& app, const Settings& settings);
Run add_reconcile(CLI::App& app, const Settings& settings);

}  // namespace hookd::hookctl
