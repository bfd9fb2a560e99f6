#include "core/http/outbox.hpp"

#include <utility>

namespace hookd::http {

void Outbox::put(Message message) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return;
    }
    messages_.push_back(std::move(message));
    if (messages_.size() == 1) {
        wake_();
    }
}

void Outbox::take(std::vector<Message>& into) {
    into.clear();
    const std::lock_guard lock(mutex_);
    messages_.swap(into);
}

void Outbox::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    messages_.clear();
}

}  // namespace hookd::http
