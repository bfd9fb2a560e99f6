#include "handlers/settings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd::handlers {
namespace {

bool is_list_of_texts(const nlohmann::json& value) {
    return value.is_array() && !value.empty() &&
           std::all_of(value.begin(), value.end(),
                       [](const nlohmann::json& item) { return item.is_string(); });
}

}  // namespace

hookd::Result<nlohmann::json> read_spec(std::string_view spec) {
    auto object = nlohmann::json::parse(spec, nullptr, false);
    if (!object.is_object() || !object.contains("settings")) {
        return fail(ErrorCode::invalid,
                    "the stored settings of the action are no object with \"settings\"");
    }
    const auto shell = object.find("shell");
    if (shell == object.end() || !is_list_of_texts(*shell)) {
        return fail(ErrorCode::invalid,
                    "the stored \"shell\" of the action is no list of a program and arguments");
    }
    return object;
}

}  // namespace hookd::handlers
