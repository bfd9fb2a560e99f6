#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace hookd::config {

/// The address of another machine, as the files write it.
struct RemoteUrl {
    std::string text;           ///< without a slash at the end
    bool is_encrypted = false;  ///< https
    /// The host is "localhost", 127.x.y.z or [::1], written just so: whoever wrote it means this
    /// machine. Other ways to write a number are not recognised.
    bool is_loopback = false;
};

/// Reads "https://host[:port]/path": letters, digits and "._~-/%+" in the path, and neither user,
/// query nor fragment. **Errors:** invalid, with what would be right.
[[nodiscard]] Result<RemoteUrl> parse_remote_url(std::string_view text);

}  // namespace hookd::config
