#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>

namespace hookd::config {

/// A certificate that ends sooner than this is remarked on.
inline constexpr std::chrono::days k_renewal_due{14};

/// `{certificate: FILE, key: FILE}` with what the files hold. They must be one pair, and others
/// must not be able to write either or to read the key. One that is over is remarked on only: a
/// listener that refused to start would serve nobody at all.
[[nodiscard]] std::optional<TlsFiles> read_tls(const Node& node, Findings& findings);

}  // namespace hookd::config
