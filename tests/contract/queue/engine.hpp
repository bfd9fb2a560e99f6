#pragma once

#include "core/base/clock.hpp"
#include "core/queue/queue.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookd::test {

/// A place where one engine keeps a queue, gone with the object.
class Engine {
  public:
    virtual ~Engine() = default;
    /// Opens the queue, made empty the first time. **Requires:** it is not open.
    [[nodiscard]] virtual std::unique_ptr<queue::Queue> open(const Clock& clock) = 0;
};

struct EngineKind {
    std::string name;
    std::function<std::unique_ptr<Engine>()> make;
};

[[nodiscard]] std::unique_ptr<Engine> make_sqlite_engine();

/// Every engine that has to keep the promises of docs/queue.md. A new one is a new line.
[[nodiscard]] inline std::vector<EngineKind> engines() {
    return {{"sqlite", make_sqlite_engine}};
}

}  // namespace hookd::test
