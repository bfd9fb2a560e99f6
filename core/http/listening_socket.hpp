#pragma once

#include "core/base/fd.hpp"
#include "core/base/result.hpp"
#include "core/http/server.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hookd::http {

/// Who came in.
struct Accepted {
    Fd socket;
    std::string peer;   ///< its address; empty on a Unix socket
    std::string group;  ///< what the limit per peer counts: an IPv4 address, an IPv6 /64
};

/// A bound, listening, non-blocking socket. A Unix socket's file goes with it.
class ListeningSocket {
  public:
    /// **Errors:** exists where somebody answers on the Unix socket or the port is taken; invalid
    /// where the file is no socket, the path too long or the host unknown; as bind(2) otherwise.
    [[nodiscard]] static Result<ListeningSocket> open(const Address& address);
    /// Goes on with a socket that listens already; a Unix socket's file stays when it goes.
    /// **Errors:** invalid where it is no listening stream socket of TCP or Unix.
    [[nodiscard]] static Result<ListeningSocket> adopt(Fd socket);

    ListeningSocket(ListeningSocket&&) noexcept = default;
    ListeningSocket& operator=(ListeningSocket&&) = delete;
    ~ListeningSocket();

    [[nodiscard]] int fd() const { return socket_.get(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// The next connection, non-blocking and close-on-exec; nothing where none waits.
    /// **Errors:** unavailable where descriptors or memory ran out: try again later.
    [[nodiscard]] Result<std::optional<Accepted>> accept() const;

  private:
    ListeningSocket(Fd socket, std::uint16_t port) : socket_(std::move(socket)), port_(port) {}

    [[nodiscard]] static Result<ListeningSocket> open_tcp(const TcpAddress& address);
    [[nodiscard]] static Result<ListeningSocket> open_unix(const UnixAddress& address);

    Fd socket_;
    std::uint16_t port_ = 0;
    bool is_tcp_ = false;
    std::filesystem::path path_;  ///< to be removed at the end; empty: nothing
    struct ::stat file_ {};       ///< as it was bound: another one's file is not removed
};

}  // namespace hookd::http
