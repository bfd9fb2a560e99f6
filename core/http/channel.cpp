#include "core/http/channel.hpp"

#include "core/http/tls_stream.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>

namespace hookd::http {
namespace {

::iovec part_of(std::string_view text) {
    // sendmsg(2) only reads it.
    return {const_cast<char*>(text.data()), text.size()};  // NOLINT
}

}  // namespace

Channel::Channel(int fd, std::unique_ptr<TlsStream> tls) : fd_(fd), tls_(std::move(tls)) {}

Channel::~Channel() = default;

void Channel::go_plain() {
    tls_.reset();
}

Io Channel::receive(std::span<char> into, std::size_t& count) {
    if (tls_) {
        return tls_->receive(into, count);
    }
    count = 0;
    ::ssize_t got = 0;
    do {
        got = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return errno == EAGAIN ? Io::needs_read : Io::ended;
    }
    count = static_cast<std::size_t>(got);
    return got == 0 ? Io::ended : Io::some;
}

Io Channel::send(std::string_view head, std::string_view body, std::size_t& count) {
    if (tls_) {
        return tls_->send(head, body, count);
    }
    count = 0;
    std::array<::iovec, 2> parts{part_of(head), part_of(body)};
    ::msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    ::ssize_t sent = 0;
    do {
        sent = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return errno == EAGAIN ? Io::needs_write : Io::ended;
    }
    count = static_cast<std::size_t>(sent);
    return Io::some;
}

void Channel::finish_sending() {
    if (tls_) {
        tls_->finish_sending();
        go_plain();
    }
    ::shutdown(fd_, SHUT_WR);
}

}  // namespace hookd::http
