#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/read_endpoint.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hookd::config {

struct RepositoryPattern {
    std::string pattern;
    Position at;
};

/// What the server file alone says.
struct ServerFile {
    Server server;
    std::vector<PlacedEndpoint> endpoints;
    std::vector<RepositoryPattern> repositories;  ///< relative ones start at the file's folder
};

/// Reads the file that `findings` was made for. Nothing where it could not even be parsed;
/// what is returned is to be used only if `findings` stays empty.
[[nodiscard]] std::optional<ServerFile> read_server(Findings& findings);

}  // namespace hookd::config
