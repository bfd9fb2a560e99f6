#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hookd::config {

/// One spelling for all that mean the same host: lower case, without a dot at the end; an IPv6
/// address without brackets, in its shortest form. Nothing where `text` is neither a name nor an
/// address; a port is no part of either.
/// **Source:** RFC 3986 3.2.2, RFC 5952.
[[nodiscard]] std::optional<std::string> normal_host(std::string_view text);

}  // namespace hookd::config
