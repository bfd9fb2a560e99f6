#pragma once

#include "core/base/clock.hpp"

#include <string>
#include <string_view>

namespace hookd {

/// A new ULID: 26 characters of Crockford's base 32, 48 bits of `time` and 80 random bits, so
/// that ids sort by time and are made without asking anyone. Not monotonic within a millisecond.
/// **Requires:** a process that was forked from one that made ids makes none: they would be the
/// same.
/// **Thread:** any. **Source:** the ULID specification (ulid/spec).
[[nodiscard]] std::string make_ulid(WallTime time);

/// Whether `text` is a ULID in its one canonical form: 26 characters, upper case, at most
/// 7ZZZZZZZZZZZZZZZZZZZZZZZZZ.
[[nodiscard]] bool is_ulid(std::string_view text);

}  // namespace hookd
