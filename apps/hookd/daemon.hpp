#pragma once

#include "config/configuration.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/http/inherited_sockets.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hookd::app {

struct DaemonOptions {
    std::filesystem::path configuration_file;
    /// Path of hookd-supervise; where empty, beside this program.
    std::filesystem::path supervisor;
    http::InheritedSockets sockets;
    /// How many descriptors the programs of actions may open; nothing: as many as this process.
    std::optional<std::uint64_t> open_files = {};
};

/// Runs the daemon until SIGTERM or SIGINT: webhook listener, spool intake, dispatcher, API.
/// SIGHUP and a change of the files read the configuration again, whole or not at all. A second
/// SIGTERM or SIGINT ends it at once; the queue is safe either way.
/// **Requires:** the signals above are blocked in every thread (see `block_signals`).
/// **Errors:** what kept it from starting; nothing of it runs then.
[[nodiscard]] Status run_daemon(DaemonOptions options, config::Configuration configuration,
                                Log& log);

/// Blocks the signals that run_daemon waits for, and ignores SIGPIPE. Call before any thread.
void block_signals();

}  // namespace hookd::app
