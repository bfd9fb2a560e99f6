#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace hookd::test {

/// A TLS client on a blocking socket that does as it is told. Throws where the other side takes
/// longer than the deadline.
class TlsConnection {
  public:
    struct Wishes {
        std::filesystem::path authority;  ///< empty: takes any certificate
        std::string alpn;                 ///< one protocol; empty: says nothing
    };
    /// Connects; throws with OpenSSL's words where there is no handshake.
    TlsConnection(std::uint16_t port, const Wishes& wishes);
    ~TlsConnection();

    /// The subject's common name of the other side's certificate.
    [[nodiscard]] std::string peer_name() const;
    [[nodiscard]] std::string protocol() const;  ///< what ALPN chose
    [[nodiscard]] std::string version() const;
    [[nodiscard]] bool has_session() const;  ///< one that could be resumed

    void send(std::string_view bytes);
    /// Up to and with `end`; throws where the connection ends before.
    std::string read_until(std::string_view end);
    /// An answer with its body, by its Content-Length; its status.
    int read_answer(std::string* body = nullptr);
    struct Rest {
        std::string bytes;
        bool closed_properly = false;  ///< by close_notify
    };
    Rest read_to_end();

  private:
    bool read_more();

    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string received_;
};

}  // namespace hookd::test
