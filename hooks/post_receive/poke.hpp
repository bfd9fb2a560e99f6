#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "hooks/spool_answer.hpp"

#include <string>
#include <string_view>

namespace hookd::hooks {

/// Tells the daemon on its spool socket that `file_name` lies in the spool, and waits for what it
/// says, `most` in all. **Errors:** unavailable where nobody listens; timeout where somebody does
/// and says nothing; denied where the socket is not for us; invalid.
[[nodiscard]] Result<SpoolAnswer> poke(const std::string& socket_path, std::string_view file_name,
                                       Milliseconds most);

}  // namespace hookd::hooks
