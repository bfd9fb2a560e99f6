#include "handlers/deploy_settings.hpp"

#include "config/duration.hpp"
#include "handlers/command.hpp"
#include "handlers/settings.hpp"

#include <nlohmann/json.hpp>

namespace hookd::handlers {
namespace {

using nlohmann::json;

constexpr std::int64_t k_most_kept = 1000;

tl::unexpected<Error> wrong(const std::string& key, const std::string& right) {
    return fail(ErrorCode::invalid, "\"" + key + "\" of \"deploy\" must be " + right);
}

hookd::Result<std::string> text_of(const json& object, const std::string& key,
                                   const std::string& fallback) {
    const auto found = object.find(key);
    if (found == object.end()) {
        return fallback;
    }
    if (!found->is_string() ||
        found->get_ref<const std::string&>().find('\0') != std::string::npos) {
        return wrong(key, "a text");
    }
    return found->get<std::string>();
}

Status read_paths(const json& object, DeploySettings& settings) {
    const auto from = text_of(object, "from", ".");
    if (!from) {
        return fail(from.error());
    }
    settings.from = *from;
    const auto to = object.find("to");
    const auto target = to != object.end() && to->is_object() ? text_of(*to, "path", "") : "";
    if (!target) {
        return fail(target.error());
    }
    settings.target = std::filesystem::path(*target).lexically_normal();
    if (!settings.target.has_filename()) {
        settings.target = settings.target.parent_path();
    }
    if (!settings.target.is_absolute() || settings.target == "/") {
        return wrong("to", "an object with \"path\", the absolute path of a folder");
    }
    return {};
}

Status read_check(const json& object, const json& shell, DeploySettings& settings) {
    const auto check = object.find("check");
    if (check == object.end()) {
        return {};
    }
    if (!check->is_object() || !check->contains("run")) {
        return wrong("check", "an object with \"run\"");
    }
    auto arguments = command_arguments(check->at("run"), shell);
    if (!arguments) {
        return fail(arguments.error().in("check"));
    }
    const auto text = text_of(*check, "within", "30s");
    if (!text) {
        return fail(text.error());
    }
    const auto within = config::parse_duration(*text);
    if (!within) {
        return fail(within.error().in("within"));
    }
    settings.check = DeploySettings::Check{std::move(*arguments), *within};
    return {};
}

Status read_choices(const json& object, DeploySettings& settings) {
    const auto environment = text_of(object, "environment", "");
    if (!environment || environment->empty()) {
        return wrong("environment", "a name such as \"production\"");
    }
    settings.environment = *environment;
    const auto on_check_failure = text_of(object, "on_check_failure", "rollback");
    if (!on_check_failure || (*on_check_failure != "rollback" && *on_check_failure != "keep")) {
        return wrong("on_check_failure", "\"rollback\" or \"keep\"");
    }
    settings.on_check_failure = *on_check_failure == "keep"
                                    ? DeploySettings::OnCheckFailure::keep
                                    : DeploySettings::OnCheckFailure::rollback;
    if (const auto keep = object.find("keep"); keep != object.end()) {
        if (!keep->is_number_integer() || *keep < 1 || *keep > k_most_kept) {
            return wrong("keep", "a number from 1 to " + std::to_string(k_most_kept));
        }
        settings.keep = keep->get<std::size_t>();
    }
    return {};
}

}  // namespace

hookd::Result<DeploySettings> read_deploy_settings(std::string_view text) {
    const auto spec = read_spec(text);
    if (!spec) {
        return fail(spec.error());
    }
    const json& object = spec->at("settings");
    if (!object.is_object()) {
        return fail(ErrorCode::invalid, "the settings of \"deploy\" are no object");
    }
    DeploySettings settings;
    if (object.contains("build")) {
        auto arguments = command_arguments(object.at("build"), spec->at("shell"));
        if (!arguments) {
            return fail(arguments.error().in("build"));
        }
        settings.build = std::move(*arguments);
    }
    for (const auto& status : {read_choices(object, settings), read_paths(object, settings),
                               read_check(object, spec->at("shell"), settings)}) {
        if (!status) {
            return fail(status.error());
        }
    }
    return settings;
}

}  // namespace hookd::handlers
