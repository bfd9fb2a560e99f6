#pragma once

#include "core/http/channel.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;      // OpenSSL's SSL
struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace hookd::http {

/// The server's end of TLS on one non-blocking socket. **Requires:** SIGPIPE ends nothing in the
/// calling thread. **Thread:** one at a time.
class TlsStream {
  public:
    TlsStream(ssl_ctx_st& context, int fd);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    /// `some`: done. Any of the three may need the socket to be readable or writable, whatever
    /// its own direction.
    [[nodiscard]] Io handshake();
    /// One record at most, and all of it where `into` has 16 KiB: nothing then waits in here
    /// unseen by the socket.
    [[nodiscard]] Io receive(std::span<char> into, std::size_t& count);
    /// Part of `head` followed by `body`. To be repeated with the same bytes until it is `some`.
    [[nodiscard]] Io send(std::string_view head, std::string_view body, std::size_t& count);
    /// Says that nothing more will be sent, as far as the socket takes that at once.
    void finish_sending();

    /// Whether the handshake met a request in plain HTTP.
    [[nodiscard]] bool met_plain_http() const { return met_plain_http_; }
    /// Why it ended, in OpenSSL's words; empty where the client just went.
    [[nodiscard]] const std::string& failure() const { return failure_; }

  private:
    struct Free {
        void operator()(ssl_st* tls) const;
    };
    [[nodiscard]] Io outcome(int result);

    std::unique_ptr<ssl_st, Free> tls_;
    bool is_broken_ = false;
    bool met_plain_http_ = false;
    std::string failure_;
};

}  // namespace hookd::http
