#include "core/http/buffers.hpp"

#include <algorithm>
#include <utility>

namespace hookd::http {

Io Input::receive(Channel& channel) {
    if (is_shared_) {
        keep();
    }
    std::size_t count = 0;
    if (const Io result = channel.receive(shared_, count); result != Io::some) {
        return result;
    }
    const std::string_view bytes(shared_.data(), count);
    if (unread().empty()) {
        is_shared_ = true;
        unread_ = bytes;
    } else {
        kept_.append(bytes);
    }
    return Io::some;
}

void Input::consume(std::size_t bytes) {
    if (is_shared_) {
        unread_.remove_prefix(bytes);
        return;
    }
    kept_from_ += bytes;
    if (kept_from_ == kept_.size()) {
        kept_.clear();
        kept_from_ = 0;
    }
}

void Input::keep() {
    if (is_shared_) {
        is_shared_ = false;
        kept_.assign(unread_);
        kept_from_ = 0;
    } else if (kept_from_ > 0) {
        kept_.erase(0, std::exchange(kept_from_, 0));
    }
    if (kept_.empty() && kept_.capacity() > 64) {
        kept_ = std::string();
    }
}

void Output::set(std::string head, std::string body) {
    head_ = std::move(head);
    body_ = std::move(body);
    sent_ = 0;
}

Io Output::send(Channel& channel) {
    while (!is_empty()) {
        const std::size_t of_head = std::min(sent_, head_.size());
        std::size_t count = 0;
        const Io result = channel.send(std::string_view(head_).substr(of_head),
                                       std::string_view(body_).substr(sent_ - of_head), count);
        if (result != Io::some) {
            return result;
        }
        sent_ += count;
    }
    set({}, {});
    return Io::some;
}

}  // namespace hookd::http
