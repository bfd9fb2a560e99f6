#include "config/read_remote.hpp"

#include "config/read_common.hpp"
#include "config/read_secret.hpp"
#include "config/remote_url.hpp"

namespace hookd::config {

std::string read_url(const Node& node, bool with_secret, Findings& findings) {
    if (node.text() == nullptr) {
        return {};
    }
    const auto url = parse_remote_url(*node.text());
    if (!url) {
        findings.add(node.at, url.error().message);
        return {};
    }
    if (with_secret && !url->is_encrypted && !url->is_loopback) {
        findings.add(node.at, "a secret must not travel unencrypted: use https");
    }
    return url->text;
}

std::optional<Secret> read_one_secret(const Node& map, std::string_view key, Findings& findings) {
    const Node* node = map.find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    return read_secret(*node, findings.file().parent_path(), findings);
}

bool allows_private(const Node& map) {
    const Node* node = map.find("allow_private");
    return node != nullptr && node->boolean() != nullptr && *node->boolean();
}

std::optional<Clone> read_clone(const Node& node, Findings& findings) {
    Clone clone;
    if (node.text() != nullptr) {
        clone.url = read_url(node, false, findings);
        return clone;
    }
    const Node* url = node.find("url");
    if (url == nullptr) {
        return std::nullopt;  // the schema says so
    }
    clone.password = read_one_secret(node, "password", findings);
    clone.url = read_url(*url, node.find("password") != nullptr, findings);
    const std::string* user = find_text(node, "user");
    clone.user = user != nullptr ? *user : "git";
    if (clone.user.find_first_of(":\r\n") != std::string::npos) {
        findings.add(node.find("user")->at, "a user has neither a colon nor line breaks");
    }
    clone.allow_private = allows_private(node);
    return clone;
}

}  // namespace hookd::config
