#pragma once

#include "core/base/cancel.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/ids.hpp"
#include "core/model/plan.hpp"
#include "core/process/runner.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::handlers {

/// One attempt of an action, as its handler sees it. Everything is prepared: the event's file,
/// the log, the workspace (checked out, or empty where the action has `workspace: none`).
struct Attempt {
    const Event& event;
    std::string repository;
    std::string rule;
    std::string action;
    RunId run;
    Fence fence;
    int number = 1;
    std::string commit;
    std::string spec;  ///< PlannedAction::spec
    Milliseconds timeout{};
    std::filesystem::path repository_path;  ///< bare repository; empty where there is none
    std::filesystem::path workspace;        ///< working directory of commands
    std::filesystem::path log;              ///< append only
    std::int64_t log_cap_bytes = 0;
    std::filesystem::path output;  ///< $HOOKD_OUTPUT
    /// "NAME=value", complete but for what the handler adds. docs/reference.md, "Environment".
    std::vector<std::string> environment;
    const process::Runner& runner;
    const Cancel& cancel;
    const Clock& clock;
};

/// How it ended, and what a person should know.
struct Result {
    ActionState state = ActionState::success;
    std::string reason;
    std::optional<int> exit_code;
    std::optional<int> signal;
    Milliseconds cpu{};
    std::int64_t peak_memory_bytes = 0;
    std::int64_t log_bytes = 0;
    std::int64_t log_dropped_bytes = 0;
    std::map<std::string, std::string> outputs;
    /// A release that this deploy made current (or rolled back from).
    struct Release {
        std::string environment;
        std::string target;
        std::string name;
        std::string state;  ///< live, rolled_back, failed
    };
    std::optional<Release> release;
};

/// Whether an action is undone work where its ref has moved on (threats.md T007).
enum class NeedsCurrentRef { no, yes };

/// One kind of action. Never throws for what an action does; blocks until it is over.
struct Handler {
    std::string_view key;  ///< as in the repository file
    Result (*run)(const Attempt& attempt);
    OnLost on_lost;
    NeedsCurrentRef needs_current_ref = NeedsCurrentRef::no;
};

/// All of them, in the order of docs/reference.md. Adding one: a file and a line in table.cpp.
[[nodiscard]] std::span<const Handler> table();
[[nodiscard]] const Handler* find(std::string_view key);

}  // namespace hookd::handlers
