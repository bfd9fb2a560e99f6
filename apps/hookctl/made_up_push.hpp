#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"

#include <string>
#include <vector>

namespace hookd::hookctl {

/// A push that did not happen, as a person names it.
struct MadeUpPush {
    std::string repository;
    std::string ref;                 ///< without "refs/" a branch
    std::string before, after;       ///< 40 or 64 hex digits; both empty: some commits
    std::vector<std::string> paths;  ///< none: not known
    std::string message;             ///< of the new commit
};

/// **Errors:** invalid, naming what is wrong.
[[nodiscard]] Result<Event> make_up(const MadeUpPush& push);

}  // namespace hookd::hookctl
