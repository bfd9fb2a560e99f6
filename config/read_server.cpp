#include "config/read_server.hpp"

#include "config/document.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"
#include "config/read_listener.hpp"
#include "config/schema_check.hpp"
#include "config/schemas.hpp"

namespace hookd::config {
namespace {

constexpr std::string_view k_endpoints = "/hooks/";

/// "/hooks/" and segments of letters, digits and "._~-", none of them "." or "..".
bool is_endpoint_path(std::string_view path) {
    if (!path.starts_with(k_endpoints)) {
        return false;
    }
    const std::string segments = std::string(path.substr(k_endpoints.size() - 1)) + "/";
    return segments.find("//") == std::string::npos && segments.find("/./") == std::string::npos &&
           segments.find("/../") == std::string::npos &&
           segments.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789._~-/") == std::string::npos;
}

template <class Number>
void read_size(const Node& limits, std::string_view key, Number& bytes, Findings& findings) {
    if (const auto size = config::read_size(limits, key, findings)) {
        bytes = static_cast<Number>(*size);
    }
}

void read_count(const Node& map, std::string_view key, std::size_t& count) {
    const Node* node = map.find(key);
    if (node != nullptr && node->integer() != nullptr && *node->integer() > 0) {
        count = static_cast<std::size_t>(*node->integer());
    }
}

void read_listen(const Node& listen, Server& server, Findings& findings) {
    server.proxies = read_networks(listen, "proxies", UnixPeers::yes, findings);
    const Node* webhooks = listen.find("webhooks");
    if (webhooks == nullptr) {
        return;
    }
    server.webhooks = read_listener(*webhooks, findings);
}

PlacedEndpoint read_shared_endpoint(const Node& node, Findings& findings) {
    PlacedEndpoint placed = read_endpoint(node, findings);
    Endpoint& endpoint = placed.endpoint;
    if (const std::string* path = find_text(node, "path")) {
        endpoint.path = *path;
        placed.at = node.find("path")->at;
        if (!is_endpoint_path(*path)) {
            findings.add(placed.at, quote(*path) +
                                        " is no path of an endpoint: it must be /hooks/ and "
                                        "segments of letters, digits and ._~-, such as "
                                        "/hooks/acme");
        }
    }
    endpoint.repositories = read_patterns(node, "repositories", PatternKind::repository, findings);
    return placed;
}

}  // namespace

std::optional<ServerFile> read_server(Findings& findings) {
    const auto root = read_document(findings.file(), findings);
    if (!root) {
        return std::nullopt;
    }
    // What does not fit is passed over below, so that the rest is looked at too.
    static_cast<void>(SchemaCheck(server_schema()).check(*root, findings));

    ServerFile result;
    Server& server = result.server;
    server.file = std::filesystem::absolute(findings.file()).lexically_normal();
    if (const std::string* state = find_text(*root, "state")) {
        server.state = *state;
    }
    server.state = (server.file.parent_path() / server.state).lexically_normal();
    if (const Node* listen = root->find("listen")) {
        read_listen(*listen, server, findings);
    }
    if (const Node* worker = root->find("worker")) {
        read_count(*worker, "slots", server.slots);
    }
    if (const Node* limits = root->find("limits")) {
        read_size(*limits, "body", server.limits.body_bytes, findings);
        read_size(*limits, "log", server.limits.log_bytes, findings);
        read_count(*limits, "actions_per_push", server.limits.actions_per_push);
    }
    if (const Node* reconcile = root->find("reconcile")) {
        const std::string* every = find_text(*reconcile, "every");
        server.reconcile_every = every != nullptr && *every == "off"
                                     ? std::nullopt
                                     : std::optional(read_duration(
                                           *reconcile, "every", *server.reconcile_every, findings));
    }
    const Node* webhooks = root->find("webhooks");
    if (webhooks != nullptr && webhooks->list() != nullptr) {
        for (const Node& node : *webhooks->list()) {
            result.endpoints.push_back(read_shared_endpoint(node, findings));
        }
    }
    for (const Node* pattern : find_texts(*root, "repositories")) {
        result.repositories.push_back({*pattern->text(), pattern->at});
    }
    if (root->find("repositories") == nullptr) {
        result.repositories.push_back({"repos.d/*.yaml", {}});
    }
    return result;
}

}  // namespace hookd::config
