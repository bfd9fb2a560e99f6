#include "config/read_endpoint.hpp"

#include "config/read_catch_up.hpp"
#include "config/read_common.hpp"
#include "config/read_secret.hpp"

namespace hookd::config {

PlacedEndpoint read_endpoint(const Node& node, Findings& findings) {
    PlacedEndpoint placed{{}, node.at};
    Endpoint& endpoint = placed.endpoint;
    if (const std::string* provider = find_text(node, "provider")) {
        endpoint.provider = *provider;
    }
    if (const Node* secret = node.find("secret")) {
        for (Secret& each : read_secrets(*secret, findings.file().parent_path(), findings)) {
            endpoint.secrets.push_back({std::move(each), std::nullopt});
        }
    }
    endpoint.catch_up = read_catch_up(node, findings);
    return placed;
}

}  // namespace hookd::config
