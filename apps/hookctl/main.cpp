#include "apps/hookctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <vector>

namespace {

using hookd::ErrorCode;
using hookd::hookctl::Exit;

Exit exit_of(const hookd::Error& error) {
    switch (error.code) {
        case ErrorCode::unavailable:
            return Exit::no_daemon;
        case ErrorCode::denied:
            return Exit::not_allowed;
        case ErrorCode::invalid:
            return Exit::usage;
        default:
            return Exit::no;
    }
}

Exit run(int argc, char** argv) {
    CLI::App app{"hookctl works with a running hookd, and with its files and repositories.",
                 "hookctl"};
    hookd::hookctl::Settings settings;
    bool json = false;
    app.set_version_flag("--version", "hookctl " HOOKD_VERSION);
    app.add_option("--server", settings.server,
                   "The daemon: unix:PATH (also $HOOKD_SERVER; otherwise found by --config)");
    app.add_option("--config", settings.configuration_file, "Server file")->capture_default_str();
    app.add_flag("--json", json, "One JSON object a line instead of tables");
    app.require_subcommand(0, 1);
    app.fallthrough();
    app.footer(
        "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 no daemon reached, "
        "4 not allowed.");
    std::vector<std::pair<CLI::App*, hookd::hookctl::Run>> added;
    for (const auto& command : hookd::hookctl::commands()) {
        CLI::App* const sub =
            app.add_subcommand(std::string(command.name), std::string(command.summary));
        added.emplace_back(sub, command.add(*sub, settings));
    }
    try {
        // "hookctl help" is what many type first.
        if (argc == 2 && std::string_view(argv[1]) == "help") {
            app.parse("--help");
        } else {
            app.parse(argc, argv);
        }
    } catch (const CLI::ParseError& stop) {
        return app.exit(stop) == 0 ? Exit::done : Exit::usage;
    }
    settings.output = json ? hookd::hookctl::Output::json : hookd::hookctl::Output::human;
    for (const auto& [sub, command] : added) {
        if (!sub->parsed()) {
            continue;
        }
        const auto ended = command();
        if (!ended) {
            hookd::hookctl::print_error(ended.error());
            return exit_of(ended.error());
        }
        return *ended;
    }
    std::fprintf(stderr, "%s", app.help().c_str());
    return Exit::usage;
}

}  // namespace

int main(int argc, char** argv) {
    // A reader that goes away, such as `head`, ends us quietly.
    ::signal(SIGPIPE, SIG_DFL);
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "hookctl: %s\n", bug.what());
        return static_cast<int>(Exit::no);
    }
}
