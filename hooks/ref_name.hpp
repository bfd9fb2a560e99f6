#pragma once

#include <string_view>

namespace hookd::hooks {

/// Whether git takes these bytes as the full name of a ref that can be pushed: below `refs/`, and
/// by the rules of its check. **Source:** git-check-ref-format(1).
[[nodiscard]] bool is_pushable_ref_name(std::string_view name);

}  // namespace hookd::hooks
