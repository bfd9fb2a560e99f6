#pragma once

#include "config/configuration.hpp"
#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/read_action.hpp"

namespace hookd::config {

/// Where a rule's actions work.
enum class LocalRepository {
    there,
    missing,  ///< no `path`: nothing to check out, tag or deploy
};

/// Reads one of a repository's `rules`. What the file `fits` the schema for is compared with each
/// other too: names and needs. Before that it would only repeat what is known to be wrong.
[[nodiscard]] Rule read_rule(const Node& node, const ActionDefaults& defaults,
                             LocalRepository repository, bool fits, Findings& findings);

}  // namespace hookd::config
