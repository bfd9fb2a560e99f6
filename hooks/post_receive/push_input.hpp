#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "hooks/post_receive/deadline.hpp"
#include "hooks/spool_record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hookd::hooks {

/// Everything that comes on `fd`. **Errors:** timeout at the deadline.
[[nodiscard]] Result<std::string> read_to_end(int fd, const Deadline& deadline);

/// The refs a push moved, from git's lines "old new ref"; the last one may lack its newline.
/// Lines where nothing moved (both ids zero) are left out. Each update gets a new event id.
/// **Errors:** invalid. **Source:** githooks(5), pre-receive and post-receive.
[[nodiscard]] Result<std::vector<RefUpdate>> ref_updates_from(std::string_view input, WallTime now);

/// `environ`-like list of "NAME=value", ended by null.
using Environment = const char* const*;

[[nodiscard]] std::string_view variable(Environment environment, std::string_view name);

/// Sets the push options and the hints about the pusher. Nothing else of the environment is
/// looked at: it may hold credentials. Options beyond the limits are counted, not kept.
/// **Source:** githooks(5), GIT_PUSH_OPTION_COUNT.
void describe_pusher(SpoolRecord& record, Environment environment);

}  // namespace hookd::hooks
