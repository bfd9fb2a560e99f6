#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/secret.hpp"

#include <filesystem>
#include <optional>

namespace hookd::config {

/// Fetches the secret that `source` names: `{file: ...}`, `{env: ...}` or `{credential: ...}`. One
/// that cannot be had, is shorter than Secret::k_least_bytes or can be read by others is a finding.
/// Relative files start at `folder`.
/// **Source:** threats.md T002, T096; systemd.exec(5), CREDENTIALS.
[[nodiscard]] std::optional<Secret> read_secret(const Node& source,
                                                const std::filesystem::path& folder,
                                                Findings& findings);

}  // namespace hookd::config
