#include "core/http/buffers.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace hookd::http {

Io Input::receive(int fd) {
    if (is_shared_) {
        keep();
    }
    ::ssize_t count = 0;
    do {
        count = ::recv(fd, shared_.data(), shared_.size(), MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return errno == EAGAIN ? Io::later : Io::ended;
    }
    if (count == 0) {
        return Io::ended;
    }
    const std::string_view bytes(shared_.data(), static_cast<std::size_t>(count));
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

Io Output::send(int fd) {
    while (!is_empty()) {
        const std::size_t of_head = std::min(sent_, head_.size());
        const std::size_t of_body = sent_ - of_head;
        std::array<::iovec, 2> parts{
            ::iovec{head_.data() + of_head, head_.size() - of_head},
            ::iovec{body_.data() + of_body, body_.size() - of_body},
        };
        ::msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const ::ssize_t count = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0) {
            sent_ += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            return Io::later;
        } else if (errno != EINTR) {
            return Io::ended;
        }
    }
    set({}, {});
    return Io::some;
}

}  // namespace hookd::http
