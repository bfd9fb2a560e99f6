#pragma once

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/http/message.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hookd::http {

struct TcpAddress {
    std::string host;
    std::uint16_t port = 0;  ///< 0: any free one
};
struct UnixAddress {
    std::filesystem::path path;  ///< made with `mode`; one that nobody answers on is replaced
    unsigned mode = 0600;
};
using Address = std::variant<TcpAddress, UnixAddress>;

class TlsIdentity;

/// Total times, not per read. **Source:** threats.md T014-T016, T020.
struct Limits {
    std::size_t header_bytes = std::size_t{16} << 10;
    std::size_t target_bytes = std::size_t{4} << 10;
    std::size_t header_fields = 100;
    std::uint64_t body_bytes = std::uint64_t{25} << 20;
    /// Over all connections: of bodies up to k_small_body_bytes, and of larger ones. One body that
    /// `body_bytes` allows always fits.
    std::uint64_t small_bodies_in_flight_bytes = std::uint64_t{32} << 20;
    std::uint64_t large_bodies_in_flight_bytes = std::uint64_t{50} << 20;
    std::size_t connections = 4096;
    std::size_t connections_per_peer = 1024;
    std::size_t handshakes_per_peer = 256;  ///< of those, without a finished TLS handshake
    Milliseconds handshake_time{10'000};
    Milliseconds header_time{10'000};
    Milliseconds body_time{30'000};
    /// From then on a body must have come at the minimum rate, which is not 0.
    Milliseconds body_grace{10'000};
    std::uint64_t body_bytes_per_second = 1024;
    Milliseconds write_time{30'000};
    Milliseconds idle_time{15'000};
};

/// Answers one request, once, from any thread. Dropping it unanswered closes the connection.
class Responder {
  public:
    struct Impl;
    explicit Responder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    void respond(Response response) const;

    /// A body that goes on: head first, then parts as they come. **Thread:** any.
    class Stream {
      public:
        explicit Stream(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
        /// Sends `part`. False once the client is gone or 1 MiB waits unsent: then stop.
        [[nodiscard]] bool send(std::string part) const;
        [[nodiscard]] bool is_open() const;
        void end() const;

      private:
        std::shared_ptr<Impl> impl_;
    };
    /// Starts a streamed answer; `response.body` is its first part.
    [[nodiscard]] Stream stream(Response response) const;

  private:
    std::shared_ptr<Impl> impl_;
};

/// Sees a body's bytes while they come, so that what takes time for each of them need not wait for
/// the last one. **Thread:** as Service.
class BodyObserver {
  public:
    virtual ~BodyObserver() = default;
    virtual void take(std::string_view bytes) = 0;
};

/// What a listener serves. **Thread:** called on the server's network thread; must not block.
class Service {
  public:
    virtual ~Service() = default;
    /// Sees the head before the body is read: an answer refuses the request and closes the
    /// connection without reading the body. `body_limit` may be lowered for this request.
    [[nodiscard]] virtual std::optional<Response> check(const Head& head,
                                                        std::uint64_t& body_limit) = 0;
    /// Asked before the first byte of a body; null: nobody looks. `serve` gets it back.
    [[nodiscard]] virtual std::shared_ptr<BodyObserver> observe(const Head& head);
    virtual void serve(Request request, Responder responder) = 0;
};

/// An HTTP/1.1 server: one network thread, any number of listeners. Framing is checked strictly
/// on the finished head and trailers are dropped (threats.md T012, T013); errors are answered
/// with a JSON object `{"error": "..."}` and close the connection.
class Server {
  public:
    explicit Server(Log& log);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and listens; returns the bound port (0 for a Unix socket). With `tls` its connections
    /// speak TLS and nothing else. Before `start` only.
    /// **Requires:** `service` outlives the server; `tls` has a certificate.
    [[nodiscard]] Result<std::uint16_t> listen(const Address& address, const Limits& limits,
                                               Service& service,
                                               std::shared_ptr<const TlsIdentity> tls = {});
    /// The same on a socket that somebody else has bound. A Unix socket's file is left to them.
    /// **Errors:** invalid where it is no listening stream socket of TCP or Unix.
    [[nodiscard]] Result<std::uint16_t> adopt(Fd socket, const Limits& limits, Service& service,
                                              std::shared_ptr<const TlsIdentity> tls = {});
    /// Starts the network thread.
    void start();
    /// Stops accepting, lets requests in progress be answered for up to `drain`, then closes.
    void stop(Milliseconds drain);

    /// Whether newcomers come in. **Thread:** any.
    struct Intake {
        bool paused = false;       ///< they wait: descriptors or memory ran out
        std::uint64_t pauses = 0;  ///< how often that began
    };
    [[nodiscard]] Intake intake() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace hookd::http
