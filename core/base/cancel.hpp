#pragma once

#include "core/base/fd.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace hookd {

/// Tells long work to stop: a flag to ask and a descriptor to poll. Once set it stays set.
/// **Thread:** any.
class Cancel {
  public:
    Cancel();
    /// Sets it; the first reason stays.
    void request(std::string reason);
    [[nodiscard]] bool requested() const { return requested_.load(std::memory_order_acquire); }
    [[nodiscard]] std::string reason() const;
    /// Readable once cancel was requested.
    [[nodiscard]] int fd() const { return event_.get(); }

  private:
    Fd event_;
    std::atomic<bool> requested_{false};
    mutable std::mutex mutex_;
    std::string reason_;
};

}  // namespace hookd
