#pragma once

#include "core/queue/listener.hpp"

#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace hookd::queue::sqlite {

/// Who wants to know of changes. A listener may subscribe another one.
/// **Thread:** any.
class Listeners {
  public:
    [[nodiscard]] Subscription add(Listener listener) {
        auto ear = std::make_shared<Ear>(std::move(listener));
        const std::scoped_lock lock(mutex_);
        ears_.push_back(ear);
        return Subscription(std::move(ear));
    }

    void tell(std::span<const Change> changes) {
        // Told without the lock, hence the list of its own.
        std::vector<std::shared_ptr<Ear>> ears;
        {
            const std::scoped_lock lock(mutex_);
            std::erase_if(ears_, [&ears](const std::weak_ptr<Ear>& weak) {
                auto ear = weak.lock();
                const bool is_gone = ear == nullptr;
                if (!is_gone) {
                    ears.push_back(std::move(ear));
                }
                return is_gone;
            });
        }
        for (const auto& ear : ears) {
            ear->tell(changes);
        }
    }

  private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<Ear>> ears_;
};

}  // namespace hookd::queue::sqlite
