#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/secret.hpp"

#include <filesystem>
#include <vector>

namespace hookd::config {

/// Fetches the secrets that `node`, the value of a key `secret`, names: `{file: ...}`,
/// `{env: ...}`, `{credential: ...}`, or a list of them. Each that cannot be had, is shorter than
/// Secret::k_least_bytes or can be read by others is a finding. Relative files start at `folder`.
/// **Source:** threats.md T002, T096; systemd.exec(5), CREDENTIALS.
[[nodiscard]] std::vector<Secret> read_secrets(const Node& node,
                                               const std::filesystem::path& folder,
                                               Findings& findings);

}  // namespace hookd::config
