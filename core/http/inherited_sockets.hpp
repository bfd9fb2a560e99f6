#pragma once

#include "core/base/fd.hpp"
#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hookd::http {

/// Sockets that a service manager made and handed over. **Source:** sd_listen_fds(3).
class InheritedSockets {
  public:
    /// None.
    InheritedSockets() = default;

    /// Takes what the environment tells of, makes it close-on-exec, and takes the telling out of
    /// the environment, so that no child believes it is meant.
    /// **Requires:** called once, while the process has one thread.
    /// **Errors:** invalid where the environment says nonsense; it is cleared all the same.
    [[nodiscard]] static Result<InheritedSockets> take();

    /// The one called `name`; with an empty name the only one there is.
    /// **Errors:** not_found or invalid, naming those that are there.
    [[nodiscard]] Result<Fd> claim(std::string_view name);

    /// The names of those that nobody has claimed.
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    struct Named {
        std::string name;
        Fd socket;
    };
    std::vector<Named> sockets_;
};

}  // namespace hookd::http
