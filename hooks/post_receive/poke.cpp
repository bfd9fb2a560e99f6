#include "hooks/post_receive/poke.hpp"

#include "core/base/fd.hpp"
#include "hooks/hook_settings.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace hookd::hooks {
namespace {

Result<Fd> connect_to(const std::string& path, Milliseconds most) {
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() > k_socket_path_bytes) {
        return fail(ErrorCode::invalid, "the path of the daemon's socket is too long");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // Bounds connect(2) too, which waits while the daemon's backlog is full.
    const ::timeval limit{most.count() / 1000, (most.count() % 1000) * 1000};
    if (!socket.is_open() ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) {
        return fail_errno("cannot make a socket");
    }
    const auto* generic = static_cast<const ::sockaddr*>(static_cast<const void*>(&address));
    if (::connect(socket.get(), generic, sizeof address) != 0) {
        if (errno == EACCES || errno == EPERM) {
            return fail(ErrorCode::denied, "the daemon's socket is not for us");
        }
        const bool busy = errno == EAGAIN || errno == EINTR || errno == EINPROGRESS;
        return fail(busy ? ErrorCode::timeout : ErrorCode::unavailable,
                    busy ? "the daemon is busy" : "nobody listens");
    }
    return socket;
}

/// What comes until the daemon closes, the answer is whole, or time is up.
Result<std::string> receive(const Fd& socket, const Clock& clock, BootTime until) {
    std::string text;
    std::array<char, 4096> block;
    while (!is_whole_spool_answer(text) && text.size() <= SpoolAnswer::k_most_bytes) {
        const auto left = std::chrono::duration_cast<Milliseconds>(until - clock.boot());
        const auto ready = wait_readable(socket.get(), std::max(left, Milliseconds{0}));
        if (!ready) {
            return fail(ready.error());
        }
        if (!*ready) {
            return fail(ErrorCode::timeout, "the daemon did not answer in time");
        }
        const ::ssize_t got = ::recv(socket.get(), block.data(), block.size(), MSG_DONTWAIT);
        if (got > 0) {
            text.append(block.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            break;
        }
    }
    return text;
}

}  // namespace

Result<SpoolAnswer> poke(const std::string& socket_path, std::string_view file_name,
                         Milliseconds most) {
    const RealClock clock;
    const BootTime until = clock.boot() + most;
    // A timeout of 0 would be none at all.
    const auto socket = connect_to(socket_path, std::max(most, Milliseconds{1}));
    if (!socket) {
        return fail(socket.error());
    }
    const std::string line = std::string(file_name) + "\n";
    const auto sent = ::send(socket->get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<::ssize_t>(line.size())) {
        return fail(ErrorCode::unavailable, "nobody listens");
    }
    const auto text = receive(*socket, clock, until);
    return text ? spool_answer_from(*text) : fail(text.error());
}

}  // namespace hookd::hooks
