#pragma once

#include "core/base/result.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace hookd::config {

/// The commented files that `hookctl init` writes.
[[nodiscard]] std::string_view server_example();
[[nodiscard]] std::string_view repository_example();

/// Writes hookd.yaml, repos.d/example.yaml and secrets/example (random, 0600) into `folder`,
/// which is made if need be. The result can be loaded as it is.
/// Returns the files written.
/// **Errors:** exists, where one of them is there already: then nothing is written.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_examples(
    const std::filesystem::path& folder);

}  // namespace hookd::config
