#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace hookd::http {

enum class Io {
    some,         ///< bytes went through
    needs_read,   ///< again when the socket is readable
    needs_write,  ///< again when the socket is writable
    ended,        ///< the other side closed, or broke off
};

class TlsStream;

/// Where a connection's bytes come from and go to: a non-blocking socket, plain or under TLS.
class Channel {
  public:
    /// Does not own `fd`. `tls` is null where there is none.
    Channel(int fd, std::unique_ptr<TlsStream> tls);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// The stream beneath, null where the bytes are plain.
    [[nodiscard]] TlsStream* tls() { return tls_.get(); }
    /// From now on bytes are what the socket carries.
    void go_plain();

    /// Reads once.
    [[nodiscard]] Io receive(std::span<char> into, std::size_t& count);
    /// Writes once: part of `head` followed by `body`.
    [[nodiscard]] Io send(std::string_view head, std::string_view body, std::size_t& count);
    /// Closes our side. What still comes can be received, but is not decrypted any more.
    void finish_sending();

  private:
    int fd_;
    std::unique_ptr<TlsStream> tls_;
};

}  // namespace hookd::http
