#pragma once

#include "core/base/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace hookd::hooks {

/// The value that git itself sees for `name` in a repository, from all its files and what they
/// include; nothing where it is not set. Asks the `git` program, in an environment of its own.
/// **Errors:** not_found where there is no git; invalid where git cannot read its configuration.
/// **Source:** git-config(1).
[[nodiscard]] Result<std::optional<std::string>> git_setting(
    const std::filesystem::path& repository, const std::string& name);

}  // namespace hookd::hooks
