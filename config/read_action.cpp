#include "config/read_action.hpp"

#include "config/message.hpp"
#include "config/read_common.hpp"
#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace hookd::config {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> k_handlers = {"run", "lint", "test", "tag", "deploy"};

const Member* find_handler(const Node& action) {
    if (action.map() == nullptr) {
        return nullptr;
    }
    const auto found =
        std::find_if(action.map()->begin(), action.map()->end(), [](const Member& member) {
            return std::find(k_handlers.begin(), k_handlers.end(), member.key) != k_handlers.end();
        });
    return found == action.map()->end() ? nullptr : &*found;
}

/// Three numbers without leading zeros. **Source:** semver.org 2.0.0, 2.
bool is_version(std::string_view text) {
    const auto parts = split(text, '.');
    return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return parse_number(part) && (part == "0" || part.front() != '0');
           });
}

/// What may stand before a version in the name of a tag.
bool is_tag_prefix(std::string_view text) {
    return text.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789._/+-") == std::string_view::npos &&
           text.find("..") == std::string_view::npos && text.find("//") == std::string_view::npos &&
           text.find("/.") == std::string_view::npos && !text.starts_with('/') &&
           !text.starts_with('.') && !text.starts_with('-');
}

json read_tag(const Node& node, Findings& findings) {
    const std::string* prefix = find_text(node, "prefix");
    if (prefix != nullptr && !is_tag_prefix(*prefix)) {
        findings.add(node.find("prefix")->at,
                     quote(*prefix) +
                         " cannot begin a tag's name: write letters and digits, such "
                         "as \"v\" or \"release/\"");
    }
    const std::string* first = find_text(node, "first");
    if (first != nullptr && !is_version(*first)) {
        findings.add(node.find("first")->at,
                     quote(*first) +
                         " is no version: it must be MAJOR.MINOR.PATCH, such as "
                         "0.1.0");
    }
    json settings = {{"scheme", "semver"}, {"prefix", "v"}, {"bump", "patch"}, {"first", "0.1.0"}};
    settings.update(to_json(node));
    return settings;
}

/// Whether `path` stays in the folder that it starts from.
bool stays_inside(const std::filesystem::path& path) {
    return path.is_relative() && std::find(path.begin(), path.end(), "..") == path.end();
}

json read_deploy(const Node& node, Findings& findings) {
    static_cast<void>(read_name(node, "environment", findings));
    check_command(node, "build", findings);
    const std::string* from = find_text(node, "from");
    if (from != nullptr && !stays_inside(*from)) {
        findings.add(node.find("from")->at,
                     quote(*from) +
                         " is not inside the workspace: write a relative folder "
                         "without \"..\", such as dist");
    }
    json settings = {{"keep", 5}, {"on_check_failure", "rollback"}};
    settings.update(to_json(node));
    if (const Node* to = node.find("to"); to != nullptr && to->map() != nullptr) {
        settings["to"]["path"] = read_absolute_path(*to, "path", findings).string();
    }
    if (const Node* check = node.find("check"); check != nullptr && check->map() != nullptr) {
        check_command(*check, "run", findings);
        constexpr Milliseconds k_within = std::chrono::seconds(30);
        static_cast<void>(read_duration(*check, "within", k_within, findings));
        json complete = {{"within", "30s"}};
        complete.update(to_json(*check));
        settings["check"] = std::move(complete);
    }
    return settings;
}

json read_settings(const Node& action, const Member& handler, Findings& findings) {
    if (handler.key == "run") {
        check_command(action, "run", findings);
        return to_json(handler.value);
    }
    if (handler.value.map() == nullptr) {
        return json::object();  // the schema says so
    }
    if (handler.key == "tag") {
        return read_tag(handler.value, findings);
    }
    if (handler.key == "deploy") {
        return read_deploy(handler.value, findings);
    }
    check_command(handler.value, "run", findings);
    return to_json(handler.value);
}

std::vector<Need> read_needs(const Node& node, Findings& findings) {
    NeedCondition condition = NeedCondition::success;
    if (const std::string* when = find_text(node, "when")) {
        condition = *when == "always"    ? NeedCondition::always
                    : *when == "failure" ? NeedCondition::failure
                                         : NeedCondition::success;
        if (node.find("needs") == nullptr) {
            findings.add(node.find("when")->at,
                         "\"when\" says how needed actions must have ended, but there is no "
                         "\"needs\"");
        }
    }
    std::vector<Need> needs;
    for (const Node* name : find_texts(node, "needs")) {
        const auto is_same = [name](const Need& need) { return need.action == *name->text(); };
        if (std::any_of(needs.begin(), needs.end(), is_same)) {
            findings.add(name->at, quote(*name->text()) + " is needed twice");
        }
        needs.push_back({*name->text(), condition});
    }
    return needs;
}

}  // namespace

ActionDefaults read_defaults(const Node& root, Findings& findings) {
    ActionDefaults defaults;
    const Node* node = root.find("defaults");
    if (node == nullptr) {
        return defaults;
    }
    defaults.timeout = read_duration(*node, "timeout", defaults.timeout, findings);
    defaults.env = read_env(*node, {}, findings);
    check_command(*node, "shell", findings);
    std::vector<std::string> shell;
    for (const Node* argument : find_texts(*node, "shell")) {
        shell.push_back(*argument->text());
    }
    if (!shell.empty()) {
        defaults.shell = std::move(shell);
    }
    return defaults;
}

std::optional<Action> read_action(const Node& node, const ActionDefaults& defaults,
                                  Findings& findings) {
    Action action;
    action.name = read_name(node, "name", findings);
    action.timeout = read_duration(node, "timeout", defaults.timeout, findings);
    action.needs = read_needs(node, findings);
    const auto env = read_env(node, defaults.env, findings);
    const std::string* workspace = find_text(node, "workspace");
    if (workspace != nullptr && *workspace == "none") {
        action.workspace = Workspace::none;
    }
    const Member* handler = find_handler(node);
    if (handler == nullptr) {
        return std::nullopt;
    }
    action.handler = handler->key;
    if (const std::string* environment = find_text(handler->value, "environment")) {
        action.environment = *environment;
    }
    const json spec = {{"settings", read_settings(node, *handler, findings)},
                       {"shell", defaults.shell},
                       {"env", env},
                       {"workspace", action.workspace == Workspace::none ? "none" : "clean"}};
    action.spec = spec.dump();
    return action;
}

}  // namespace hookd::config
