#include "config/read_common.hpp"

#include "config/duration.hpp"
#include "config/message.hpp"
#include "config/size.hpp"
#include "core/base/ip_address.hpp"
#include "core/base/text.hpp"

namespace hookd::config {
namespace {

constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view k_digits = "0123456789";
constexpr std::size_t k_longest_name = 100;
constexpr std::uint64_t k_least_size = 1024;

bool is_variable_name(std::string_view name) {
    const std::string allowed = std::string(k_letters) + "_";
    return !name.empty() && allowed.find(name.front()) != std::string::npos &&
           name.find_first_not_of(allowed + std::string(k_digits)) == std::string_view::npos;
}

bool is_plain_name(std::string_view name) {
    const std::string allowed = std::string(k_letters) + std::string(k_digits) + "._-";
    return !name.empty() && name.size() <= k_longest_name && name.front() != '.' &&
           name.front() != '-' && name.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

const std::string* find_text(const Node& map, std::string_view key) {
    const Node* node = map.find(key);
    return node == nullptr ? nullptr : node->text();
}

std::vector<const Node*> find_texts(const Node& map, std::string_view key) {
    std::vector<const Node*> texts;
    const Node* node = map.find(key);
    if (node != nullptr && node->text() != nullptr) {
        texts.push_back(node);
    } else if (node != nullptr && node->list() != nullptr) {
        for (const Node& item : *node->list()) {
            if (item.text() != nullptr) {
                texts.push_back(&item);
            }
        }
    }
    return texts;
}

std::vector<std::string> read_patterns(const Node& map, std::string_view key, PatternKind kind,
                                       Findings& findings) {
    std::vector<std::string> patterns;
    for (const Node* node : find_texts(map, key)) {
        const std::string& pattern = *node->text();
        if (pattern.empty()) {
            continue;  // the schema says so
        }
        if (const auto status = check_pattern(pattern, kind); !status) {
            findings.add(node->at, status.error().message);
            continue;
        }
        patterns.push_back(pattern);
    }
    return patterns;
}

Milliseconds read_duration(const Node& map, std::string_view key, Milliseconds fallback,
                           Findings& findings) {
    const std::string* text = find_text(map, key);
    if (text == nullptr) {
        return fallback;
    }
    const auto duration = parse_duration(*text);
    if (!duration) {
        findings.add(map.find(key)->at, duration.error().message);
        return fallback;
    }
    if (*duration == Milliseconds{}) {
        findings.add(map.find(key)->at, quote(key) + " is 0, but must be longer");
        return fallback;
    }
    return *duration;
}

std::optional<std::uint64_t> read_size(const Node& map, std::string_view key, Findings& findings) {
    const std::string* text = find_text(map, key);
    if (text == nullptr) {
        return std::nullopt;
    }
    const auto size = parse_size(*text);
    if (!size) {
        findings.add(map.find(key)->at, size.error().message);
        return std::nullopt;
    }
    if (*size < k_least_size) {
        findings.add(map.find(key)->at,
                     quote(key) + " is " + quote(*text) + ", but must be at least 1KiB");
        return std::nullopt;
    }
    return *size;
}

std::vector<std::string> read_networks(const Node& map, std::string_view key, UnixPeers unix_peers,
                                       Findings& findings) {
    std::vector<std::string> networks;
    for (const Node* node : find_texts(map, key)) {
        const std::string& text = *node->text();
        if (text.empty()) {
            continue;  // the schema says so
        }
        if (text == "unix" && unix_peers == UnixPeers::yes) {
            networks.push_back(text);
        } else if (const auto network = IpNetwork::parse(text)) {
            networks.push_back(text);
        } else {
            findings.add(node->at, network.error().message);
        }
    }
    return networks;
}

std::string read_name(const Node& map, std::string_view key, Findings& findings) {
    const std::string* text = find_text(map, key);
    if (text == nullptr) {
        return {};
    }
    if (!is_plain_name(*text)) {
        findings.add(map.find(key)->at,
                     quote(*text) +
                         " is no name: it must be of letters, digits, \".\", \"_\" "
                         "and \"-\", not begin with \".\" or \"-\", and have at most " +
                         std::to_string(k_longest_name) + " bytes");
        return {};
    }
    return *text;
}

std::map<std::string, std::string> read_env(const Node& map,
                                            std::map<std::string, std::string> base,
                                            Findings& findings) {
    const Node* env = map.find("env");
    if (env == nullptr || env->map() == nullptr) {
        return base;
    }
    for (const Member& member : *env->map()) {
        if (!is_variable_name(member.key)) {
            findings.add(member.at, quote(member.key) +
                                        " is no name of a variable: it must be of letters, digits "
                                        "and \"_\", and not begin with a digit");
        } else if (member.key.starts_with("HOOKD_") || member.key == "HOOKD") {
            findings.add(
                member.at,
                quote(member.key) + " is hookd's own: choose a name without \"HOOKD\" in front");
        } else if (const std::string* value = member.value.text()) {
            base[member.key] = *value;
        }
    }
    return base;
}

void check_command(const Node& map, std::string_view key, Findings& findings) {
    const Node* node = map.find(key);
    if (node == nullptr) {
        return;
    }
    const std::string* script = node->text();
    if (script != nullptr && !script->empty() && trim(*script).empty()) {
        findings.add(node->at, quote(key) + " is blank: write a script");
    }
    const Node::List* list = node->list();
    if (list != nullptr && !list->empty()) {
        const std::string* program = list->front().text();
        if (program != nullptr && trim(*program).empty()) {
            findings.add(list->front().at,
                         "the first item of " + quote(key) + " is blank: it must be a program");
        }
    }
}

std::filesystem::path read_absolute_path(const Node& map, std::string_view key,
                                         Findings& findings) {
    const std::string* text = find_text(map, key);
    if (text == nullptr || text->empty()) {
        return {};
    }
    const std::filesystem::path path = *text;
    if (!path.is_absolute()) {
        findings.add(map.find(key)->at,
                     quote(*text) + " is not absolute: it must begin with \"/\"");
        return {};
    }
    const std::filesystem::path normal = path.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

}  // namespace hookd::config
