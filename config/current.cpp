#include "config/current.hpp"

#include <utility>

namespace hookd::config {

Current::Current(Configuration configuration)
    : configuration_(std::make_shared<const Configuration>(std::move(configuration))) {}

std::shared_ptr<const Configuration> Current::get() const {
    const std::lock_guard lock(mutex_);
    return configuration_;
}

void Current::replace(Configuration configuration) {
    auto next = std::make_shared<const Configuration>(std::move(configuration));
    // Swapped, so that the old one is not destroyed while others wait for the lock.
    const std::lock_guard lock(mutex_);
    configuration_.swap(next);
}

}  // namespace hookd::config
