#include "core/base/cancel.hpp"

#include <stdexcept>

namespace hookd {

Cancel::Cancel() {
    auto event = make_event_fd();
    if (!event) {
        // Out of descriptors: a resource is exhausted, and nothing here can be done without one.
        throw std::runtime_error(event.error().message);
    }
    event_ = std::move(*event);
}

void Cancel::request(std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        if (requested_.load(std::memory_order_relaxed)) {
            return;
        }
        reason_ = std::move(reason);
        requested_.store(true, std::memory_order_release);
    }
    signal_event_fd(event_.get());
}

std::string Cancel::reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
}

}  // namespace hookd
