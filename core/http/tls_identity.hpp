#pragma once

#include "core/base/result.hpp"

#include <memory>
#include <mutex>
#include <string_view>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace hookd::http {

/// What a listener proves itself with, and how it speaks TLS: 1.2 and 1.3, forward-secret AEAD
/// suites, ALPN "http/1.1"; no renegotiation, compression, tickets or early data. Nothing of one
/// connection outlives it, so that a key taken later opens no recorded traffic.
/// **Thread:** any. **Source:** threats.md T020; RFC 9325 3 and 4.
class TlsIdentity {
  public:
    /// Serves new connections with another pair; those that are there keep theirs. Both texts are
    /// PEM, the listener's own certificate first, its chain behind it.
    /// **Errors:** invalid; what was in force stays.
    [[nodiscard]] Status replace(std::string_view certificates, std::string_view key);

    /// Null until `replace` has succeeded once.
    [[nodiscard]] std::shared_ptr<ssl_ctx_st> context() const;

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace hookd::http
