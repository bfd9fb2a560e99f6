#include "handlers/command_handlers.hpp"

#include "handlers/attempt_log.hpp"
#include "handlers/command.hpp"
#include "handlers/output_file.hpp"
#include "handlers/settings.hpp"

#include <nlohmann/json.hpp>

namespace hookd::handlers {
namespace {

Result error(const Attempt& attempt, const Error& why) {
    append_to_log(attempt.log, why.message);
    Result result;
    result.state = ActionState::error;
    result.reason = why.message;
    return result;
}

void take_outputs(const Attempt& attempt, Result& result) {
    auto outputs = read_output_file(attempt.output);
    if (outputs) {
        result.outputs = std::move(*outputs);
        return;
    }
    append_to_log(attempt.log, outputs.error().message);
    if (result.state == ActionState::success) {
        result.state = ActionState::failure;
        result.reason = outputs.error().message;
    }
}

/// `run` is null where the settings have no command.
Result run(const Attempt& attempt, const nlohmann::json& run, const nlohmann::json& shell) {
    auto arguments = command_arguments(run, shell);
    if (!arguments) {
        return error(attempt, arguments.error());
    }
    const auto ended = run_command(attempt, std::move(*arguments), attempt.timeout);
    Result result = result_of(ended, attempt.timeout);
    if (ended && ended->how == process::Ended::How::exited) {
        take_outputs(attempt, result);
    }
    return result;
}

/// Of a handler whose settings are an object with "run".
Result run_member(const Attempt& attempt) {
    const auto spec = read_spec(attempt.spec);
    if (!spec) {
        return error(attempt, spec.error());
    }
    const auto& settings = spec->at("settings");
    return run(attempt, settings.is_object() ? settings.value("run", nlohmann::json()) : nullptr,
               spec->at("shell"));
}

}  // namespace

Result run_run(const Attempt& attempt) {
    const auto spec = read_spec(attempt.spec);
    if (!spec) {
        return error(attempt, spec.error());
    }
    return run(attempt, spec->at("settings"), spec->at("shell"));
}

Result run_lint(const Attempt& attempt) {
    return run_member(attempt);
}

Result run_test(const Attempt& attempt) {
    return run_member(attempt);
}

}  // namespace hookd::handlers
