#pragma once

#include "config/findings.hpp"
#include "config/read_server.hpp"

#include <filesystem>
#include <vector>

namespace hookd::config {

/// The files that the patterns name, sorted, each once. A pattern that matches nothing is right
/// only if it has a wildcard. Relative ones start at the folder of the findings' file.
/// **Source:** glob(7): names that begin with a dot are not matched by a wildcard.
[[nodiscard]] std::vector<std::filesystem::path> find_repository_files(
    const std::vector<RepositoryPattern>& patterns, Findings& findings);

}  // namespace hookd::config
