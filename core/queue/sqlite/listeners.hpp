#pragma once

#include "core/queue/queue.hpp"

#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace hookd::queue::sqlite {

/// Who wants to know of changes. A listener may subscribe another one.
/// **Thread:** any.
class Listeners {
  public:
    void add(Listener listener) {
        const std::scoped_lock lock(mutex_);
        listeners_.push_back(std::make_shared<const Listener>(std::move(listener)));
    }

    void tell(std::span<const Change> changes) const {
        // Told without the lock, hence the copy.
        std::vector<std::shared_ptr<const Listener>> listeners;
        {
            const std::scoped_lock lock(mutex_);
            listeners = listeners_;
        }
        for (const auto& listener : listeners) {
            (*listener)(changes);
        }
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<const Listener>> listeners_;
};

}  // namespace hookd::queue::sqlite
