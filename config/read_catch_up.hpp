#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace hookd::config {

/// A kind of forge whose API lists the deliveries of a hook and sends them again.
struct AskableForge {
    std::string_view provider;
    std::string_view api;        ///< where none is configured
    std::string_view owner_key;  ///< what has repositories and hooks is called
};

/// All of them.
[[nodiscard]] std::span<const AskableForge> askable_forges();

/// The value of `catch_up` at an endpoint. The token travels encrypted, or stays on this machine
/// (threats.md T005).
[[nodiscard]] std::optional<CatchUp> read_catch_up(const Node& endpoint, Findings& findings);

}  // namespace hookd::config
