#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace hookd::hooks {

/// What a repository was like before hookd was installed: what uninstalling gives back. It
/// stands in `REPO.git/hookd/installed`.
struct InstallRecord {
    enum class Previous {
        none,  ///< there was no hooks/post-receive
        file,  ///< it is hooks/post-receive.d/50-previous now
        link,  ///< it was a link to `link_target`, which may be relative
    };
    Previous previous = Previous::none;
    std::string link_target;
    bool made_hooks = false;  ///< there was no folder `hooks`
    bool made_chain = false;  ///< there was no folder `hooks/post-receive.d`
    bool operator==(const InstallRecord&) const = default;
};

inline constexpr std::string_view k_install_record_file = "installed";

[[nodiscard]] std::string to_text(const InstallRecord& record);

/// Reads exactly what `to_text` writes. **Errors:** invalid.
[[nodiscard]] Result<InstallRecord> install_record_from(std::string_view text);

}  // namespace hookd::hooks
