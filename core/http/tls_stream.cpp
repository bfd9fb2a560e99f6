#include "core/http/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <new>

namespace hookd::http {
namespace {

/// What one record holds at most. **Source:** RFC 8446 5.1.
constexpr std::size_t k_record_bytes = std::size_t{16} << 10;

}  // namespace

void TlsStream::Free::operator()(::SSL* tls) const {
    ::SSL_free(tls);
}

TlsStream::TlsStream(::SSL_CTX& context, int fd) : tls_(::SSL_new(&context)) {
    if (!tls_ || ::SSL_set_fd(tls_.get(), fd) != 1) {
        ::ERR_clear_error();
        throw std::bad_alloc();
    }
    ::SSL_set_accept_state(tls_.get());
}

TlsStream::~TlsStream() = default;

/// What became of a call that returned `result`; the error queue was empty before it.
Io TlsStream::outcome(int result) {
    if (result > 0) {
        return Io::some;
    }
    switch (::SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return Io::needs_read;
        case SSL_ERROR_WANT_WRITE:
            return Io::needs_write;
        case SSL_ERROR_ZERO_RETURN:
            return Io::ended;
        default:
            break;
    }
    is_broken_ = true;
    const unsigned long error = ::ERR_peek_error();
    met_plain_http_ =
        ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_HTTP_REQUEST;
    if (const char* const reason = ::ERR_reason_error_string(error)) {
        failure_ = reason;
    }
    ::ERR_clear_error();
    return Io::ended;
}

Io TlsStream::handshake() {
    ::ERR_clear_error();
    return outcome(::SSL_do_handshake(tls_.get()));
}

Io TlsStream::receive(std::span<char> into, std::size_t& count) {
    count = 0;
    ::ERR_clear_error();
    return outcome(::SSL_read_ex(tls_.get(), into.data(), into.size(), &count));
}

Io TlsStream::send(std::string_view head, std::string_view body, std::size_t& count) {
    count = 0;
    ::ERR_clear_error();
    if (head.empty() || body.empty()) {
        const std::string_view all = head.empty() ? body : head;
        return outcome(::SSL_write_ex(tls_.get(), all.data(), all.size(), &count));
    }
    // One record for a head and what fits behind it.
    std::array<char, k_record_bytes> record;
    head = head.substr(0, record.size());
    body = body.substr(0, record.size() - head.size());
    std::copy(body.begin(), body.end(), std::copy(head.begin(), head.end(), record.begin()));
    return outcome(::SSL_write_ex(tls_.get(), record.data(), head.size() + body.size(), &count));
}

void TlsStream::finish_sending() {
    // After a failure there is nothing left to be said, and OpenSSL forbids it.
    if (!is_broken_ && ::SSL_is_init_finished(tls_.get()) == 1) {
        ::ERR_clear_error();
        ::SSL_shutdown(tls_.get());
        ::ERR_clear_error();
    }
}

}  // namespace hookd::http
