#include "handlers/command.hpp"

#include "core/base/text.hpp"
#include "handlers/attempt_log.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstring>

namespace hookd::handlers {
namespace {

using process::Ended;

/// "1h30m", "5m", "250ms": as it would stand in a configuration file.
std::string to_text(Milliseconds duration) {
    struct Unit {
        const char* name;
        Milliseconds size;
    };
    const std::array<Unit, 4> units = {{{"h", std::chrono::hours(1)},
                                        {"m", std::chrono::minutes(1)},
                                        {"s", std::chrono::seconds(1)},
                                        {"ms", Milliseconds(1)}}};
    std::string text;
    for (const Unit& unit : units) {
        if (const auto count = duration / unit.size; count > 0) {
            text += std::to_string(count) + unit.name;
            duration %= unit.size;
        }
    }
    return text.empty() ? "0s" : text;
}

std::string signal_name(int signal) {
    const char* const name = ::sigabbrev_np(signal);
    return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

void explain(const Ended& ended, Milliseconds timeout, Result& result) {
    switch (ended.how) {
        case Ended::How::exited:
            result.exit_code = ended.exit_code;
            if (ended.exit_code != 0) {
                result.state = ActionState::failure;
                result.reason = "exit status " + std::to_string(ended.exit_code);
            }
            return;
        case Ended::How::signaled:
            result.state = ActionState::failure;
            result.signal = ended.signal;
            result.reason = "killed by " + signal_name(ended.signal);
            return;
        case Ended::How::timeout:
            result.state = ActionState::timeout;
            result.reason = "timed out after " + to_text(timeout);
            return;
        case Ended::How::canceled:
            result.state = ActionState::canceled;
            result.reason = ended.message.empty() ? "canceled" : ended.message;
            return;
        case Ended::How::not_started:
        case Ended::How::supervisor_died:
            result.state = ActionState::error;
            result.reason = ended.message;
            return;
    }
}

}  // namespace

hookd::Result<std::vector<std::string>> command_arguments(const nlohmann::json& run,
                                                          const nlohmann::json& shell) {
    std::vector<std::string> arguments;
    const nlohmann::json& list = run.is_string() ? shell : run;
    if (list.is_array()) {
        for (const nlohmann::json& argument : list) {
            if (!argument.is_string()) {
                return fail(ErrorCode::invalid, "an argument of \"run\" is no text");
            }
            arguments.push_back(argument.get<std::string>());
        }
    }
    if (arguments.empty() || arguments.front().empty()) {
        return fail(ErrorCode::invalid,
                    "\"run\" must be a list of a program and its arguments, or a script");
    }
    if (run.is_string()) {
        // The last one is what the shell calls itself in its messages.
        arguments.insert(arguments.end(), {"-c", run.get<std::string>(), "hookd"});
    }
    return arguments;
}

hookd::Result<Ended> run_command(const Attempt& attempt, std::vector<std::string> arguments,
                                 Milliseconds timeout) {
    process::Command command;
    command.arguments = std::move(arguments);
    command.environment = attempt.environment;
    command.folder = attempt.workspace;
    command.log = attempt.log;
    command.log_cap_bytes = attempt.log_cap_bytes;
    command.timeout = timeout;
    auto ended = attempt.runner.run(command, attempt.cancel);
    const bool went_by_itself =
        ended && (ended->how == Ended::How::exited || ended->how == Ended::How::signaled);
    if (!went_by_itself) {
        append_to_log(attempt.log, result_of(ended, timeout).reason);
    }
    if (ended && (went_by_itself || ended->how == Ended::How::timeout) && !ended->message.empty()) {
        append_to_log(attempt.log, ended->message);
    }
    return ended;
}

Result result_of(const hookd::Result<Ended>& ended, Milliseconds timeout) {
    Result result;
    if (!ended) {
        result.state = ActionState::error;
        result.reason = printable_line(ended.error().message);
        return result;
    }
    explain(*ended, timeout, result);
    result.reason = printable_line(result.reason);
    result.cpu = ended->cpu;
    result.peak_memory_bytes = ended->peak_memory_bytes;
    result.log_bytes = ended->log_bytes;
    result.log_dropped_bytes = ended->log_dropped_bytes;
    return result;
}

}  // namespace hookd::handlers
