#pragma once

#include <string_view>

namespace hookd::hooks {

/// Stands in every hook program of ours, whatever its version: by it an installed file is
/// recognised as ours. The version follows it.
inline constexpr std::string_view k_hook_marker = "@(#) hookd hook program, version ";

/// What `post-receive --version` prints.
inline constexpr std::string_view k_post_receive_marker =
    "@(#) hookd hook program, version " HOOKD_VERSION;

}  // namespace hookd::hooks
