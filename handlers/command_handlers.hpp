#pragma once

#include "handlers/handler.hpp"

// Actions that are a command: its exit status is the result, its output the log, and what it
// writes into $HOOKD_OUTPUT its outputs.
namespace hookd::handlers {

/// `run: COMMAND`.
[[nodiscard]] Result run_run(const Attempt& attempt);
/// `lint: {run: COMMAND}`.
[[nodiscard]] Result run_lint(const Attempt& attempt);
/// `test: {run: COMMAND}`.
[[nodiscard]] Result run_test(const Attempt& attempt);

}  // namespace hookd::handlers
