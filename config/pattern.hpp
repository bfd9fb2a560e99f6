#pragma once

#include "core/base/result.hpp"

#include <string_view>

namespace hookd::config {

/// What a pattern is compared with.
enum class PatternKind { branch, tag, path, label, repository };

/// Whether a pattern, with or without a leading `!`, is well formed and could match anything of
/// its kind. **Errors:** invalid: empty, longer than 1024 bytes, a bracket that does not end, a
/// lone backslash at the end, or a start that no name of the kind has ("refs/heads/", "/").
[[nodiscard]] Status check_pattern(std::string_view pattern, PatternKind kind);

}  // namespace hookd::config
