#include "tests/support/raw_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace hookd::test {
namespace {

constexpr std::chrono::seconds k_deadline{20};

template <class Address>
Fd connect_to(const Address& address) {
    const auto* generic = reinterpret_cast<const ::sockaddr*>(&address);
    Fd socket(::socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), generic, sizeof address) != 0) {
        throw std::runtime_error(std::string("cannot connect: ") + ::strerror(errno));
    }
    return socket;
}

bool wait_for(int fd, short events, std::chrono::milliseconds time) {
    ::pollfd entry{fd, events, 0};
    return ::poll(&entry, 1, static_cast<int>(time.count())) > 0;
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port) {
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_ = connect_to(address);
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawConnection::RawConnection(const std::filesystem::path& unix_socket) {
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = unix_socket.string();
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
    socket_ = connect_to(address);
}

std::size_t RawConnection::send_some(std::string_view bytes) {
    const ::ssize_t count =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool RawConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait_for(socket_.get(), POLLOUT, k_deadline)) {
            throw std::runtime_error("the other side does not read");
        }
        const ::ssize_t count =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            was_reset_ = was_reset_ || errno == ECONNRESET;
            return false;
        }
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return true;
}

void RawConnection::finish_sending() {
    ::shutdown(socket_.get(), SHUT_WR);
}

bool RawConnection::has_news(std::chrono::milliseconds time) {
    return !received_.empty() || wait_for(socket_.get(), POLLIN, time);
}

bool RawConnection::read_more() {
    if (!wait_for(socket_.get(), POLLIN, k_deadline)) {
        throw std::runtime_error("nothing came, and the connection is still open; so far: " +
                                 received_.substr(0, 500));
    }
    std::array<char, 65536> buffer{};
    const ::ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
        received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    was_reset_ = was_reset_ || (count < 0 && errno == ECONNRESET);
    return count > 0;
}

std::string RawConnection::read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = received_.find(end)) == std::string::npos) {
        if (!read_more()) {
            throw std::runtime_error("the connection ended before \"" + std::string(end) +
                                     "\" came: " + received_);
        }
    }
    std::string result = received_.substr(0, at + end.size());
    received_.erase(0, at + end.size());
    return result;
}

RawConnection::Answer RawConnection::read_answer(bool to_head) {
    Answer answer;
    answer.head = read_until("\r\n\r\n");
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::string name = "\r\nContent-Length: ";
    const auto at = answer.head.find(name);
    if (at == std::string::npos || to_head) {
        return answer;
    }
    const std::size_t length = std::stoul(answer.head.substr(at + name.size()));
    while (received_.size() < length) {
        if (!read_more()) {
            throw std::runtime_error("the connection ended within a body");
        }
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
}

std::string RawConnection::read_to_end() {
    while (read_more()) {
    }
    return std::exchange(received_, std::string());
}

std::string statuses(std::string_view bytes) {
    std::string result;
    for (std::size_t at = bytes.find("HTTP/1.1 "); at != std::string_view::npos;
         at = bytes.find("HTTP/1.1 ", at + 1)) {
        result.append(result.empty() ? "" : " ").append(bytes.substr(at + 9, 3));
    }
    return result;
}

}  // namespace hookd::test
