#pragma once

#include "core/model/ids.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>

namespace hookd::queue {

/// A change that was committed. Sent after the commit, in commit order.
struct Change {
    enum class Kind { event, run, action, ready };
    Kind kind = Kind::ready;  ///< ready: something can be claimed
    EventId event;
    RunId run;
    ActionId action;
    std::string state;
};
using Listener = std::function<void(std::span<const Change>)>;

/// A listener that can be silenced. **Thread:** any.
class Ear {
  public:
    explicit Ear(Listener listener) : listener_(std::move(listener)) {}

    void tell(std::span<const Change> changes) {
        const std::scoped_lock lock(mutex_);
        if (listener_) {
            listener_(changes);
        }
    }
    /// Waits for a call under way.
    void close() {
        const std::scoped_lock lock(mutex_);
        listener_ = nullptr;
    }

  private:
    std::mutex mutex_;
    Listener listener_;
};

/// While it lives its listener is told. When its end returns, the listener is not called any more
/// and no call is under way, whether the queue is still there or not.
/// **Requires:** it does not end within the listener, nor while a lock is held that it takes.
class Subscription {
  public:
    Subscription() = default;
    explicit Subscription(std::shared_ptr<Ear> ear) : ear_(std::move(ear)) {}
    Subscription(Subscription&&) = default;
    Subscription& operator=(Subscription&& other) {
        close();
        ear_ = std::move(other.ear_);
        return *this;
    }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription() { close(); }

  private:
    void close() {
        if (ear_) {
            ear_->close();
        }
    }

    std::shared_ptr<Ear> ear_;
};

}  // namespace hookd::queue
