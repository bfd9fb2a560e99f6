#pragma once

#include <string>
#include <string_view>

namespace hookd::dispatch {

/// What one kind of `on` says about an event.
struct Verdict {
    bool matched = false;
    std::string clause;  ///< "on.push.branches": of a match the last that was asked
    std::string seen;    ///< the value it saw, one line
};

/// `seen` may come from a pusher: it is made one printable line of a bearable length.
[[nodiscard]] Verdict yes(std::string clause, std::string_view seen);
[[nodiscard]] Verdict no(std::string clause, std::string_view seen);

}  // namespace hookd::dispatch
