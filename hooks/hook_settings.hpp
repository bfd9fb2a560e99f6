#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace hookd::hooks {

/// What the hooks of one repository must know. It stands in `REPO.git/hookd/settings`, written
/// at installation; the folder `hookd` in the repository is ours alone.
struct HookSettings {
    std::string version;  ///< of hookd, when it was written
    std::string spool;    ///< absolute path of the spool folder
    std::string socket;   ///< absolute path of the socket the daemon answers hooks on
    bool operator==(const HookSettings&) const = default;
};

/// Our folder in a repository, and the files in it.
inline constexpr std::string_view k_hookd_folder = "hookd";
inline constexpr std::string_view k_settings_file = "settings";

/// Lines in a fixed order: "hookd-hooks 1", "version V", "spool PATH", "socket PATH".
[[nodiscard]] std::string to_text(const HookSettings& settings);

/// Reads exactly what `to_text` writes. **Errors:** invalid.
[[nodiscard]] Result<HookSettings> hook_settings_from(std::string_view text);

/// The settings of a repository. **Errors:** as `read_trusted_file`; not_found where hookd is not
/// installed there.
[[nodiscard]] Result<HookSettings> read_hook_settings(const std::string& repository);

/// Longest path of a Unix socket, in bytes. **Source:** unix(7), sun_path.
inline constexpr std::size_t k_socket_path_bytes = 107;

}  // namespace hookd::hooks
