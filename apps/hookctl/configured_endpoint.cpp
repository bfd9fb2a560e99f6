#include "apps/hookctl/configured_endpoint.hpp"

#include "config/load.hpp"
#include "core/base/listed.hpp"

#include <algorithm>
#include <variant>

namespace hookd::hookctl {

Result<ConfiguredEndpoint> find_endpoint(const std::filesystem::path& configuration,
                                         const std::string& path, WallTime now) {
    const auto loaded = config::load(configuration);
    if (const auto* const problems = std::get_if<config::Problems>(&loaded)) {
        return fail(ErrorCode::invalid,
                    to_text(problems->front()) + "; `hookctl check` shows every problem");
    }
    std::string known;
    for (const config::Endpoint& endpoint : std::get<config::Configuration>(loaded).endpoints) {
        if (endpoint.path != path) {
            add_listed(known, endpoint.path);
            continue;
        }
        const auto secret = std::find_if(
            endpoint.secrets.begin(), endpoint.secrets.end(),
            [now](const config::EndpointSecret& each) { return !each.until || now < *each.until; });
        if (secret == endpoint.secrets.end()) {
            return fail(ErrorCode::invalid, "\"" + path + "\" has no secret that still counts");
        }
        ConfiguredEndpoint found{endpoint.provider,
                                 config::Secret(std::string(secret->value.reveal())), nullptr};
        if (endpoint.generic) {
            found.sender = std::make_unique<const webhook::GenericSender>(*endpoint.generic);
        }
        return found;
    }
    return fail(ErrorCode::not_found, "\"" + configuration.string() + "\" has no endpoint \"" +
                                          path + "\"; there is " +
                                          (known.empty() ? "none" : known));
}

}  // namespace hookd::hookctl
