#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hookd::config {

/// `defaults` of a repository file.
struct ActionDefaults {
    Milliseconds timeout = std::chrono::minutes(30);
    std::vector<std::string> shell = {"/bin/sh", "-eu"};
    std::map<std::string, std::string> env;
};

[[nodiscard]] ActionDefaults read_defaults(const Node& root, Findings& findings);

/// Reads one of a rule's `actions`. Nothing where it has no handler.
[[nodiscard]] std::optional<Action> read_action(const Node& node, const ActionDefaults& defaults,
                                                Findings& findings);

}  // namespace hookd::config
