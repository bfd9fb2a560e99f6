#include "config/message.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd::config {

std::string quote(std::string_view text) {
    constexpr std::size_t k_most = 80;
    const bool cut = text.size() > k_most;
    std::string result = "\"";
    result += text.substr(0, k_most);
    result += cut ? "...\"" : "\"";
    return result;
}

std::string join_quoted(std::span<const std::string_view> words, std::string_view last_word) {
    std::string joined;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) {
            joined += i + 1 < words.size() ? ", " : " " + std::string(last_word) + " ";
        }
        joined += quote(words[i]);
    }
    return joined;
}

std::string describe(const Node& node) {
    if (node.is_null()) {
        return "empty";
    }
    if (const std::string* text = node.text()) {
        return "the text " + quote(*text);
    }
    if (node.list() != nullptr) {
        return "a list";
    }
    if (node.map() != nullptr) {
        return "a group of keys";
    }
    return (node.boolean() != nullptr ? "" : "the number ") + to_json(node).dump();
}

std::string unknown_key(std::string_view key, std::span<const std::string_view> known,
                        std::span<const std::string_view> planned) {
    if (std::find(planned.begin(), planned.end(), key) != planned.end()) {
        return quote(key) + " is not supported by this version";
    }
    if (const auto near = nearest(key, known)) {
        return "unknown key " + quote(key) + ": did you mean " + quote(*near) + "?";
    }
    return "unknown key " + quote(key) + ": known here are " + join_quoted(known, "and");
}

std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known) {
    std::string message = "there is no " + std::string(what) + " " + quote(name);
    if (const auto near = nearest(name, known)) {
        message += ": did you mean " + quote(*near) + "?";
    } else if (!known.empty()) {
        message += ": there is " + join_quoted(known, "and");
    }
    return message;
}

}  // namespace hookd::config
