#pragma once

#include "config/configuration.hpp"

#include <filesystem>
#include <memory>
#include <variant>
#include <vector>

namespace hookd::config {

using Problems = std::vector<Problem>;

/// Reads the server file and every repository file it names: all of it, or every problem found.
/// Relative paths in a file start at that file's folder. **Thread:** any.
[[nodiscard]] std::variant<Configuration, Problems> load(const std::filesystem::path& server_file);

}  // namespace hookd::config
