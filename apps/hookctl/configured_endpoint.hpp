#pragma once

#include "config/secret.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "webhook/generic_sender.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace hookd::hookctl {

/// What the configuration says of one endpoint's sender.
struct ConfiguredEndpoint {
    std::string provider;
    config::Secret secret;                                 ///< the first that counts
    std::unique_ptr<const webhook::GenericSender> sender;  ///< of the provider `generic`; else null
};

/// Reads the configuration for the endpoint of that path. **Errors:** not_found, with the paths
/// that there are; invalid: the configuration, or all of its secrets are over.
[[nodiscard]] Result<ConfiguredEndpoint> find_endpoint(const std::filesystem::path& configuration,
                                                       const std::string& path, WallTime now);

}  // namespace hookd::hookctl
