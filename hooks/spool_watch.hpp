#pragma once

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"

#include <atomic>
#include <filesystem>
#include <memory>

namespace hookd::hooks {

/// Waits for something to do: a file that came, somebody who wakes it, the end.
/// **Thread:** `wait` is one thread's, the others any's. **Source:** inotify(7).
class SpoolWatch {
  public:
    /// Where the system gives no notice of files (its limit is reached), that is logged and
    /// waiting ends by time alone. **Errors:** whatever eventfd(2) says.
    [[nodiscard]] static Result<SpoolWatch> open(const std::filesystem::path& folder, Log& log);

    void wait(Milliseconds most);
    void wake() { signal_event_fd(wake_.get()); }
    void stop();
    [[nodiscard]] bool is_stopped() const { return stopped_->load(); }

  private:
    SpoolWatch() = default;

    Fd notices_;
    Fd wake_;
    std::unique_ptr<std::atomic<bool>> stopped_ = std::make_unique<std::atomic<bool>>(false);
};

}  // namespace hookd::hooks
