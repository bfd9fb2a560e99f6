#pragma once

#include <string_view>

namespace hookd {

/// Whether `name` is a full ref name ("refs/...") that git itself would take.
/// **Source:** git-check-ref-format(1).
[[nodiscard]] bool is_ref_name(std::string_view name);

}  // namespace hookd
