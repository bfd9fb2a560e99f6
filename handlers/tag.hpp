#pragma once

#include "handlers/handler.hpp"

namespace hookd::handlers {

/// Tags the attempt's commit with the version after the last one, in the bare repository of this
/// machine. Settings: `scheme` "semver"; `prefix` in front of the version ("v"); `bump` "patch"
/// (default), "minor" or "major"; `first`, the version where there is none ("0.1.0").
///
/// The last version is the highest release among all tags with that prefix, wherever they point;
/// pre-releases do not count. Where a release with that prefix points at the commit already, that
/// is the result and nothing is made: an attempt that is repeated adds no second tag. Where another
/// took the version in the same moment, the next one is taken (threats.md T044).
/// Outputs: `tag` "v1.2.4", `version` "1.2.4".
[[nodiscard]] Result run_tag(const Attempt& attempt);

}  // namespace hookd::handlers
