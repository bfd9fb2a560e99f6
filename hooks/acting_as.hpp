#pragma once

#include "core/base/result.hpp"

#include <sys/types.h>

#include <vector>

namespace hookd::hooks {

/// While it lives, the process acts as the owner of a repository, with umask 022: what it makes
/// there is the owner's, and a link that the owner has laid leads nowhere the owner could not go.
/// Only root becomes somebody else; the owner stays who he is.
/// **Thread:** the only one of its process.
class ActingAs {
  public:
    /// **Errors:** denied where we are neither `owner` nor root.
    [[nodiscard]] static Result<ActingAs> start(uid_t owner, gid_t group);

    ActingAs(ActingAs&& other) noexcept;
    ActingAs& operator=(ActingAs&&) = delete;
    ~ActingAs();

  private:
    ActingAs() = default;

    bool active_ = true;
    bool changed_ = false;
    mode_t umask_ = 0;
    gid_t group_ = 0;
    std::vector<gid_t> groups_;
};

/// Home folder of a user; empty where the system does not know one.
[[nodiscard]] std::string home_of(uid_t user);
/// Login name of a user; empty where the system does not know one. **Thread:** any.
[[nodiscard]] std::string name_of(uid_t user);

}  // namespace hookd::hooks
