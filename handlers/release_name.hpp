#pragma once

#include "core/base/clock.hpp"

#include <string>
#include <string_view>

namespace hookd::handlers {

/// "20261123T100001Z-59b20b8d5c6f", and from `number` 2 on "-2" behind it.
[[nodiscard]] std::string release_name(WallTime at, std::string_view commit, int number);

/// Whether `name` is one that `release_name` makes: other folders are not ours to remove.
[[nodiscard]] bool is_release_name(std::string_view name);

/// The number of `name`, which is 1 without one, where it is otherwise `first`; else 0.
[[nodiscard]] int release_number(std::string_view name, std::string_view first);

/// Whether `a` is the newer name: by time, then by number, then by commit.
/// **Requires:** both are release names.
[[nodiscard]] bool is_newer_release(std::string_view a, std::string_view b);

}  // namespace hookd::handlers
