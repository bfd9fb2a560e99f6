#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace hookd::hookctl {

/// The text at `name`, or `otherwise` where it is null, absent or no text.
[[nodiscard]] inline std::string text_at(const nlohmann::ordered_json& object, const char* name,
                                         const std::string& otherwise = "") {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

[[nodiscard]] inline std::int64_t number_at(const nlohmann::ordered_json& object,
                                            const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// A list in an answer; empty where it is not there.
[[nodiscard]] inline nlohmann::ordered_json list_at(const nlohmann::ordered_json& object,
                                                    const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : nlohmann::ordered_json::array();
}

}  // namespace hookd::hookctl
