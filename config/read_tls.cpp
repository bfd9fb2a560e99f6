#include "config/read_tls.hpp"

#include "config/guarded_file.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

#include <memory>
#include <string>
#include <utility>

namespace hookd::config {
namespace {

constexpr std::size_t k_most_bytes = std::size_t{256} << 10;
/// Such as RSA with 2048; what TLS libraries take today.
constexpr int k_least_security_bits = 112;

struct Free {
    void operator()(::BIO* bio) const { ::BIO_free(bio); }
    void operator()(::X509* certificate) const { ::X509_free(certificate); }
    void operator()(::EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// In place of OpenSSL's own, which would ask on the terminal.
int no_password(char*, int, int, void*) {
    return -1;
}

Owned<::BIO> reader_of(std::string_view text) {
    return Owned<::BIO>(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

WallTime wall_time(const ::ASN1_TIME* time) {
    ::tm parts{};
    ::ASN1_TIME_to_tm(time, &parts);
    return WallTime(std::chrono::seconds(::timegm(&parts)));
}

/// What one of the two keys names.
struct Named {
    const std::string* name = nullptr;
    Position at;
    std::string text;
};

std::optional<Named> read_named(const Node& node, std::string_view key, FileKind kind,
                                Findings& findings) {
    const std::string* const name = find_text(node, key);
    if (name == nullptr || name->empty()) {
        return std::nullopt;  // the schema says so
    }
    const Position at = node.find(key)->at;
    auto text = read_guarded(findings.file().parent_path() / *name, kind, k_most_bytes);
    if (!text) {
        findings.add(at, text.error().message);
        return std::nullopt;
    }
    return Named{name, at, std::move(*text)};
}

Owned<::EVP_PKEY> parse_key(const Named& key, Findings& findings) {
    Owned<::EVP_PKEY> parsed(
        ::PEM_read_bio_PrivateKey(reader_of(key.text).get(), nullptr, no_password, nullptr));
    if (!parsed && key.text.find("ENCRYPTED") != std::string::npos) {
        findings.add(key.at, "the key in " + quote(*key.name) +
                                 " has a passphrase, which nobody could type here: openssl pkey "
                                 "-in OLD -out NEW writes one without");
    } else if (!parsed) {
        findings.add(key.at, quote(*key.name) + " holds no private key in PEM form");
    }
    return parsed;
}

void remark_on_dates(const Named& certificate, WallTime begins, WallTime ends, Findings& findings) {
    const WallTime now = RealClock().wall();
    const std::string what = "the certificate " + quote(*certificate.name);
    if (ends <= now) {
        findings.remark(certificate.at, what + " is over since " + to_rfc3339(ends) +
                                            ": senders will refuse it until it is renewed");
    } else if (ends - now < k_renewal_due) {
        const auto days = std::chrono::floor<std::chrono::days>(ends - now).count();
        findings.remark(certificate.at, what + " ends at " + to_rfc3339(ends) + ", in " +
                                            std::to_string(days) + " days: renew it");
    }
    if (begins > now) {
        findings.remark(certificate.at, what + " counts only from " + to_rfc3339(begins) + " on");
    }
}

}  // namespace

std::optional<TlsFiles> read_tls(const Node& node, Findings& findings) {
    auto certificate = read_named(node, "certificate", FileKind::configuration, findings);
    auto key = read_named(node, "key", FileKind::secret, findings);
    if (!certificate || !key) {
        return std::nullopt;
    }
    const Owned<::X509> own(
        ::PEM_read_bio_X509(reader_of(certificate->text).get(), nullptr, no_password, nullptr));
    if (!own) {
        findings.add(certificate->at,
                     quote(*certificate->name) + " holds no certificate in PEM form");
    }
    const Owned<::EVP_PKEY> own_key = parse_key(*key, findings);
    ::ERR_clear_error();  // what a later caller finds there must be its own
    if (!own || !own_key) {
        return std::nullopt;
    }
    const bool is_pair = ::X509_check_private_key(own.get(), own_key.get()) == 1;
    ::ERR_clear_error();
    if (!is_pair) {
        findings.add(key->at, "the key in " + quote(*key->name) +
                                  " does not belong to the first certificate in " +
                                  quote(*certificate->name) +
                                  ": that must be the listener's own, with its chain behind it");
        return std::nullopt;
    }
    if (::EVP_PKEY_get_security_bits(own_key.get()) < k_least_security_bits) {
        findings.add(key->at, "the key in " + quote(*key->name) +
                                  " is too weak: it must be an elliptic curve's, or RSA with at "
                                  "least 2048 bits");
        return std::nullopt;
    }
    const WallTime ends = wall_time(::X509_get0_notAfter(own.get()));
    remark_on_dates(*certificate, wall_time(::X509_get0_notBefore(own.get())), ends, findings);
    const auto folder = findings.file().parent_path();
    return TlsFiles{.certificate = folder / *certificate->name,
                    .key = folder / *key->name,
                    .certificate_text = std::move(certificate->text),
                    .key_text = Secret(std::move(key->text)),
                    .ends = ends};
}

}  // namespace hookd::config
