#pragma once

#include "handlers/handler.hpp"

namespace hookd::handlers {

/// Puts a folder of the workspace beside the releases that are on this machine and switches to it.
/// Settings: `environment`; `build`, a command in the workspace; `from`, the folder that is
/// deployed ("."); `to: {path}`, absolute; `keep` (5); `check: {run, within}`, a command in the new
/// release, asked again until it says yes or `within` is over; `on_check_failure` "rollback" or
/// "keep".
///
/// In this order: `build`; the copy, synced, under a name of its own in `releases/`; the switch of
/// `current`, one rename; `check`; and then, where it said no, the switch back to the last release
/// that succeeded. A crash in between leaves `current` on the old or the new one, both whole.
/// A release that failed is removed unless it stays live, and never counts for `keep`; the live
/// one and the one before it are never removed.
///
/// The attempt's timeout and cancel hold for all of it together. After the switch they do what a
/// failed check does.
///
/// Both commands get HOOKD_ENVIRONMENT; the check also HOOKD_RELEASE (the name),
/// HOOKD_RELEASE_PATH and HOOKD_PREVIOUS_RELEASE (absent where there is none).
/// Outputs: `release`, `path`.
[[nodiscard]] Result run_deploy(const Attempt& attempt);

}  // namespace hookd::handlers
