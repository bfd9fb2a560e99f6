#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/read_endpoint.hpp"
#include "config/schema_check.hpp"

#include <optional>

namespace hookd::config {

/// What one repository file says.
struct RepositoryFile {
    Repository repository;
    Position name_at;
    Position path_at;
    std::optional<PlacedEndpoint> endpoint;  ///< its own
};

/// Reads the file that `findings` was made for. Nothing where it could not even be parsed; what is
/// returned is to be used only if `findings` stays empty.
/// **Requires:** `schema` is made of repository_schema().
[[nodiscard]] std::optional<RepositoryFile> read_repository(const SchemaCheck& schema,
                                                            Findings& findings);

}  // namespace hookd::config
