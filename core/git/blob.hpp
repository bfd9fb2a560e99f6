#pragma once

#include "core/git/library.hpp"

#include <functional>
#include <string_view>

namespace hookd::git {

/// Is given a blob's bytes in order; an error ends the reading.
using OnBytes = std::function<Status(std::string_view bytes)>;

/// Reads a blob in blocks of at most 1 MiB. A large blob that is loose is never whole in memory;
/// one in a pack must be, so it is read only up to 1 GiB.
/// **Errors:** invalid: larger than that, or no blob; those of `on_bytes`.
[[nodiscard]] Status read_blob(::git_odb* store, const ::git_oid& id, const OnBytes& on_bytes);

}  // namespace hookd::git
