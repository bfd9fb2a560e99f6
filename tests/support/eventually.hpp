#pragma once

#include <chrono>
#include <thread>

namespace hookd::test {

/// Whether `condition` becomes true within `deadline`, asked every few milliseconds. Tests wait
/// for what they need, never for a length of time.
template <class Condition>
[[nodiscard]] bool eventually(Condition&& condition,
                              std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace hookd::test
