#include "core/http/tls_identity.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <string>
#include <utility>

namespace hookd::http {
namespace {

/// For TLS 1.2. A client may choose the order: all of them are good.
constexpr const char* k_suites_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* k_suites_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
/// The library's own list has groups that cost a server a hundred times what they cost a client.
constexpr const char* k_groups = "X25519:P-256:P-384";
/// Of OpenSSL: 112 bits, such as RSA with 2048.
constexpr int k_security_level = 2;

constexpr std::string_view k_alpn = "http/1.1";

struct Free {
    void operator()(::BIO* bio) const { ::BIO_free(bio); }
    void operator()(::X509* certificate) const { ::X509_free(certificate); }
    void operator()(::EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
    void operator()(::SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

tl::unexpected<Error> fail_tls(const std::string& what) {
    const char* const reason = ::ERR_reason_error_string(::ERR_peek_last_error());
    ::ERR_clear_error();
    return fail(ErrorCode::invalid, what + (reason == nullptr ? "" : std::string(": ") + reason));
}

/// In place of OpenSSL's own, which would ask on the terminal.
int no_password(char*, int, int, void*) {
    return -1;
}

Owned<::BIO> reader_of(std::string_view text) {
    return Owned<::BIO>(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// A client that offers protocols without ours is refused: it would speak another one.
int choose_protocol(::SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
    for (unsigned at = 0; at < offered_size;) {
        const unsigned size = offered[at];
        const std::string_view name(reinterpret_cast<const char*>(offered + at + 1),
                                    size);  // NOLINT
        if (name == k_alpn) {
            *chosen = offered + at + 1;
            *chosen_size = static_cast<unsigned char>(size);
            return SSL_TLSEXT_ERR_OK;
        }
        at += 1 + size;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<Owned<::SSL_CTX>> make_context() {
    Owned<::SSL_CTX> made(::SSL_CTX_new(::TLS_server_method()));
    ::SSL_CTX* const context = made.get();
    if (context == nullptr || ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        ::SSL_CTX_set_cipher_list(context, k_suites_1_2) != 1 ||
        ::SSL_CTX_set_ciphersuites(context, k_suites_1_3) != 1 ||
        ::SSL_CTX_set1_groups_list(context, k_groups) != 1 ||
        ::SSL_CTX_set_num_tickets(context, 0) != 1) {
        return fail_tls("cannot set up TLS");
    }
    if (::SSL_CTX_get_security_level(context) < k_security_level) {
        ::SSL_CTX_set_security_level(context, k_security_level);
    }
    ::SSL_CTX_set_options(context,
                          SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // An idle connection keeps no buffers. One call of ours is one record at most, so that a
    // client that sends records without content has its turns like any other.
    ::SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    ::SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return made;
}

Status use_certificates(::SSL_CTX* context, std::string_view text) {
    const Owned<::BIO> reader = reader_of(text);
    const auto next = [&reader] {
        return Owned<::X509>(::PEM_read_bio_X509(reader.get(), nullptr, no_password, nullptr));
    };
    const Owned<::X509> own = next();
    if (!own || ::SSL_CTX_use_certificate(context, own.get()) != 1) {
        return fail_tls("the certificate cannot be used");
    }
    while (const Owned<::X509> above = next()) {
        if (::SSL_CTX_add1_chain_cert(context, above.get()) != 1) {
            return fail_tls("the certificate's chain cannot be used");
        }
    }
    // The end of the text is an error too.
    const bool at_end = ERR_GET_REASON(::ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end) {
        return fail_tls("the certificate's chain cannot be read");
    }
    ::ERR_clear_error();
    return {};
}

Status use_key(::SSL_CTX* context, std::string_view text) {
    const Owned<::BIO> reader = reader_of(text);
    const Owned<::EVP_PKEY> key(
        ::PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, nullptr));
    if (!key || ::SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
        ::SSL_CTX_check_private_key(context) != 1) {
        return fail_tls("the key cannot be used");
    }
    return {};
}

}  // namespace

Status TlsIdentity::replace(std::string_view certificates, std::string_view key) {
    ::ERR_clear_error();
    auto context = make_context();
    if (!context) {
        return fail(context.error());
    }
    if (auto used = use_certificates(context->get(), certificates); !used) {
        return used;
    }
    if (auto used = use_key(context->get(), key); !used) {
        return used;
    }
    std::shared_ptr<::SSL_CTX> next(std::move(*context));
    const std::lock_guard lock(mutex_);
    context_.swap(next);
    return {};
}

std::shared_ptr<::SSL_CTX> TlsIdentity::context() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

}  // namespace hookd::http
