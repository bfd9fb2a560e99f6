#include "tests/support/tls_connection.hpp"

#include "core/base/fd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace hookd::test {
namespace {

constexpr ::timeval k_deadline{.tv_sec = 20, .tv_usec = 0};

[[noreturn]] void complain(const std::string& what) {
    const char* const reason = ::ERR_reason_error_string(::ERR_peek_error());
    ::ERR_clear_error();
    throw std::runtime_error(what + ": " + (reason == nullptr ? "the connection ended" : reason));
}

}  // namespace

struct TlsConnection::Impl {
    Fd socket;
    ::SSL_CTX* context = nullptr;
    ::SSL* tls = nullptr;

    ~Impl() {
        ::SSL_free(tls);
        ::SSL_CTX_free(context);
    }
};

TlsConnection::TlsConnection(std::uint16_t port, const Wishes& wishes)
    : impl_(std::make_unique<Impl>()) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that may be closed
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    impl_->socket = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int fd = impl_->socket.get();
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &k_deadline, sizeof k_deadline);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &k_deadline, sizeof k_deadline);
    if (::connect(fd, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error(std::string("cannot connect: ") + ::strerror(errno));
    }
    ::ERR_clear_error();
    impl_->context = ::SSL_CTX_new(::TLS_client_method());
    if (!wishes.authority.empty()) {
        ::SSL_CTX_load_verify_locations(impl_->context, wishes.authority.c_str(), nullptr);
        ::SSL_CTX_set_verify(impl_->context, SSL_VERIFY_PEER, nullptr);
    }
    impl_->tls = ::SSL_new(impl_->context);
    ::SSL_set1_host(impl_->tls, "localhost");
    ::SSL_set_fd(impl_->tls, fd);
    if (!wishes.alpn.empty()) {
        const std::string list = static_cast<char>(wishes.alpn.size()) + wishes.alpn;
        ::SSL_set_alpn_protos(impl_->tls, reinterpret_cast<const unsigned char*>(list.data()),
                              static_cast<unsigned>(list.size()));
    }
    if (::SSL_connect(impl_->tls) != 1) {
        complain("no handshake");
    }
}

TlsConnection::~TlsConnection() = default;

std::string TlsConnection::peer_name() const {
    ::X509* const certificate = ::SSL_get1_peer_certificate(impl_->tls);
    std::array<char, 256> name{};
    ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate), NID_commonName, name.data(),
                                static_cast<int>(name.size()));
    ::X509_free(certificate);
    return name.data();
}

std::string TlsConnection::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    ::SSL_get0_alpn_selected(impl_->tls, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TlsConnection::version() const {
    return ::SSL_get_version(impl_->tls);
}

bool TlsConnection::has_session() const {
    const ::SSL_SESSION* const session = ::SSL_get_session(impl_->tls);
    return session != nullptr && ::SSL_SESSION_is_resumable(session) == 1;
}

void TlsConnection::send(std::string_view bytes) {
    ::ERR_clear_error();
    std::size_t written = 0;
    if (!bytes.empty() && ::SSL_write_ex(impl_->tls, bytes.data(), bytes.size(), &written) != 1) {
        complain("cannot send");
    }
}

bool TlsConnection::read_more() {
    ::ERR_clear_error();
    std::array<char, 16384> buffer{};
    std::size_t count = 0;
    if (::SSL_read_ex(impl_->tls, buffer.data(), buffer.size(), &count) == 1) {
        received_.append(buffer.data(), count);
        return true;
    }
    if (::SSL_get_error(impl_->tls, 0) == SSL_ERROR_WANT_READ) {
        throw std::runtime_error("nothing came, and the connection is still open");
    }
    return false;
}

std::string TlsConnection::read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = received_.find(end)) == std::string::npos) {
        if (!read_more()) {
            complain("no \"" + std::string(end) + "\" in \"" + received_ + "\"");
        }
    }
    std::string result = received_.substr(0, at + end.size());
    received_.erase(0, at + end.size());
    return result;
}

int TlsConnection::read_answer(std::string* body) {
    const std::string head = read_until("\r\n\r\n");
    const std::string name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    const std::size_t length =
        at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
    while (received_.size() < length) {
        if (!read_more()) {
            complain("the connection ended within a body");
        }
    }
    if (body != nullptr) {
        *body = received_.substr(0, length);
    }
    received_.erase(0, length);
    return std::stoi(head.substr(9, 3));
}

TlsConnection::Rest TlsConnection::read_to_end() {
    while (read_more()) {
    }
    return {std::exchange(received_, std::string()),
            (::SSL_get_shutdown(impl_->tls) & SSL_RECEIVED_SHUTDOWN) != 0};
}

}  // namespace hookd::test
