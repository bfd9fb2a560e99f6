#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/process/command.hpp"
#include "handlers/handler.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace hookd::handlers {

/// What `run:` means. A list is a program and its arguments, as they stand; a text is a script,
/// given whole to `shell` (a list): shell..., "-c", script, "hookd". Nothing is put into either.
/// **Errors:** invalid where `run` is neither, or names no program.
[[nodiscard]] hookd::Result<std::vector<std::string>> command_arguments(
    const nlohmann::json& run, const nlohmann::json& shell);

/// Runs a command of the attempt: in its workspace, with its environment, into its log. What a
/// person should know beside the result goes into the log too. Blocks until nothing of it is left.
/// **Errors:** as Runner::run.
[[nodiscard]] hookd::Result<process::Ended> run_command(const Attempt& attempt,
                                                        std::vector<std::string> arguments,
                                                        Milliseconds timeout);

/// What such an end means for the action: success for exit status 0, failure for another one and
/// for a signal, error where the command could not be run. `reason` is one line for a person:
/// "exit status 3", "killed by SIGSEGV", "timed out after 5m".
[[nodiscard]] Result result_of(const hookd::Result<process::Ended>& ended, Milliseconds timeout);

}  // namespace hookd::handlers
