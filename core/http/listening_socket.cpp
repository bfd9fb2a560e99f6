#include "core/http/listening_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace hookd::http {
namespace {

constexpr int k_type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

/// The one cast that the sockets interface asks for.
template <class To, class From>
To* as(From* address) {
    return reinterpret_cast<To*>(address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

using AddressList = std::unique_ptr<::addrinfo, decltype(&::freeaddrinfo)>;

Result<AddressList> resolve(const TcpAddress& address) {
    std::string host = address.host;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    ::addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    ::addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                    std::to_string(address.port).c_str(), &hints, &list);
    if (error != 0) {
        return fail(ErrorCode::invalid,
                    "cannot listen on \"" + address.host + "\": " + ::gai_strerror(error));
    }
    return AddressList(list, &::freeaddrinfo);
}

std::uint16_t bound_port(int fd) {
    ::sockaddr_storage name{};
    ::socklen_t size = sizeof name;
    if (::getsockname(fd, as<::sockaddr>(&name), &size) != 0) {
        return 0;
    }
    return ntohs(name.ss_family == AF_INET6 ? as<::sockaddr_in6>(&name)->sin6_port
                                            : as<::sockaddr_in>(&name)->sin_port);
}

/// Removes a socket that its owner left behind.
Status clear_stale(const std::filesystem::path& path, const ::sockaddr_un& name) {
    struct ::stat there {};
    if (::lstat(path.c_str(), &there) != 0) {
        return errno == ENOENT ? Status() : fail_errno("cannot look at \"" + path.string() + "\"");
    }
    if (!S_ISSOCK(there.st_mode)) {
        return fail(ErrorCode::invalid, "\"" + path.string() + "\" is in the way: no socket");
    }
    const Fd probe(::socket(AF_UNIX, k_type, 0));
    if (!probe.is_open()) {
        return fail_errno("cannot make a socket");
    }
    // Anything but a refusal (a full backlog too) means that somebody is there.
    if (::connect(probe.get(), as<const ::sockaddr>(&name), sizeof name) == 0 ||
        errno != ECONNREFUSED) {
        return fail(ErrorCode::exists, "somebody answers on \"" + path.string() + "\" already");
    }
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return fail_errno("cannot replace \"" + path.string() + "\"");
    }
    return {};
}

void describe(const ::sockaddr_storage& name, Accepted& accepted) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (name.ss_family == AF_INET) {
        const auto* v4 = as<const ::sockaddr_in>(&name);
        ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
        accepted.peer = text.data();
        accepted.group = accepted.peer;
    } else if (name.ss_family == AF_INET6) {
        const auto& bytes = as<const ::sockaddr_in6>(&name)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
            ::inet_ntop(AF_INET, &bytes.s6_addr[12], text.data(), text.size());
            accepted.peer = text.data();
            accepted.group = accepted.peer;
            return;
        }
        ::inet_ntop(AF_INET6, &bytes, text.data(), text.size());
        accepted.peer = text.data();
        // One customer has a whole /64: counting single addresses would count nothing.
        accepted.group.assign(as<const char>(&bytes.s6_addr[0]), 8);
    }
}

}  // namespace

Result<ListeningSocket> ListeningSocket::open(const Address& address) {
    if (const auto* tcp = std::get_if<TcpAddress>(&address)) {
        return open_tcp(*tcp);
    }
    return open_unix(std::get<UnixAddress>(address));
}

Result<ListeningSocket> ListeningSocket::open_tcp(const TcpAddress& address) {
    const auto list = resolve(address);
    if (!list) {
        return fail(list.error());
    }
    const std::string what =
        "cannot listen on \"" + address.host + "\" port " + std::to_string(address.port);
    const ::addrinfo& first = **list;
    Fd socket(::socket(first.ai_family, k_type, 0));
    if (!socket.is_open()) {
        return fail_errno(what);
    }
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket.get(), first.ai_addr, first.ai_addrlen) != 0 ||
        ::listen(socket.get(), SOMAXCONN) != 0) {
        if (errno == EADDRINUSE) {
            return fail(ErrorCode::exists, what + ": the port is taken");
        }
        return fail_errno(what);
    }
    const std::uint16_t port = bound_port(socket.get());
    ListeningSocket result(std::move(socket), port);
    result.is_tcp_ = true;
    return result;
}

Result<ListeningSocket> ListeningSocket::adopt(Fd socket) {
    const auto option = [&socket](int name) {
        int value = -1;
        ::socklen_t size = sizeof value;
        return ::getsockopt(socket.get(), SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
    };
    const int family = option(SO_DOMAIN);
    const bool is_tcp = family == AF_INET || family == AF_INET6;
    if (option(SO_TYPE) != SOCK_STREAM || option(SO_ACCEPTCONN) != 1 ||
        !(is_tcp || family == AF_UNIX)) {
        return fail(ErrorCode::invalid,
                    "the socket that was handed over does not listen for TCP or Unix streams");
    }
    const int flags = ::fcntl(socket.get(), F_GETFL);
    if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) != 0 ||
        ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) != 0) {
        return fail_errno("cannot use the socket that was handed over");
    }
    const std::uint16_t port = is_tcp ? bound_port(socket.get()) : std::uint16_t{0};
    ListeningSocket result(std::move(socket), port);
    result.is_tcp_ = is_tcp;
    return result;
}

Result<ListeningSocket> ListeningSocket::open_unix(const UnixAddress& address) {
    const std::string path = address.path.string();
    const std::string what = "cannot listen on \"" + path + "\"";
    ::sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof name.sun_path) {
        return fail(ErrorCode::invalid, what + ": the path must have 1 to " +
                                            std::to_string(sizeof name.sun_path - 1) + " bytes");
    }
    std::memcpy(name.sun_path, path.data(), path.size());
    if (auto cleared = clear_stale(address.path, name); !cleared) {
        return fail(cleared.error());
    }
    Fd socket(::socket(AF_UNIX, k_type, 0));
    // The mode of an unbound socket is the most that its file will have, so that there is no
    // moment at which it is open wider than asked for; chmod only undoes the umask.
    if (!socket.is_open() || ::fchmod(socket.get(), address.mode) != 0 ||
        ::bind(socket.get(), as<const ::sockaddr>(&name), sizeof name) != 0 ||
        ::chmod(path.c_str(), address.mode) != 0) {
        return fail_errno(what);
    }
    ListeningSocket result(std::move(socket), 0);
    if (::lstat(path.c_str(), &result.file_) != 0) {
        return fail_errno(what);
    }
    result.path_ = address.path;
    if (::listen(result.fd(), SOMAXCONN) != 0) {
        return fail_errno(what);
    }
    return result;
}

ListeningSocket::~ListeningSocket() {
    struct ::stat now {};
    // One that was moved from has no socket any more.
    if (socket_.is_open() && !path_.empty() && ::lstat(path_.c_str(), &now) == 0 &&
        now.st_ino == file_.st_ino && now.st_dev == file_.st_dev) {
        ::unlink(path_.c_str());
    }
}

Result<std::optional<Accepted>> ListeningSocket::accept() const {
    for (;;) {
        ::sockaddr_storage name{};
        ::socklen_t size = sizeof name;
        Accepted accepted;
        accepted.socket =
            Fd(::accept4(fd(), as<::sockaddr>(&name), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!accepted.socket.is_open()) {
            switch (errno) {
                case EAGAIN:
                    return std::nullopt;
                case EMFILE:
                case ENFILE:
                case ENOBUFS:
                case ENOMEM:
                    return fail(ErrorCode::unavailable,
                                std::string("cannot accept: ") + ::strerrordesc_np(errno));
                case EBADF:
                case EINVAL:
                case ENOTSOCK:
                    return fail_errno("cannot accept");
                default:
                    continue;  // this client is gone already, as accept(2) says; the next one
            }
        }
        describe(name, accepted);
        if (is_tcp_) {
            const int on = 1;
            ::setsockopt(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
        return accepted;
    }
}

}  // namespace hookd::http
