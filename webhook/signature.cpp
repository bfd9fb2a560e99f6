#include "webhook/signature.hpp"

#include "core/base/base64.hpp"
#include "core/base/text.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hookd::webhook {
namespace {

constexpr std::string_view k_token_prefix = "whsec_";
constexpr std::string_view k_sha256_prefix = "sha256=";

struct FreeMac {
    void operator()(EVP_MAC* mac) const { ::EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { ::EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// OpenSSL refuses only where its library is broken or memory is out.
void require(bool ok) {
    if (!ok) {
        throw std::runtime_error("OpenSSL cannot compute HMAC-SHA256");
    }
}

Context make_context(std::string_view key) {
    const std::unique_ptr<EVP_MAC, FreeMac> mac(::EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    require(mac != nullptr);
    Context context(::EVP_MAC_CTX_new(mac.get()));
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> params = {
        ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        ::OSSL_PARAM_construct_end()};
    require(context != nullptr &&
            ::EVP_MAC_init(context.get(), bytes_of(key), key.size(), params.data()) == 1);
    return context;
}

std::optional<std::string> bytes_of_key(std::string_view secret, KeyForm form) {
    if (form == KeyForm::raw) {
        return std::string(secret);
    }
    const bool prefixed = secret.starts_with(k_token_prefix);
    return from_base64(secret.substr(prefixed ? k_token_prefix.size() : 0));
}

bool is_equal(const Digest& a, const Digest& b) {
    return ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

struct Key::State {
    Context ready;
    Digest of_secret{};
};

Key::Key(std::unique_ptr<State> state, KeyForm form) : state_(std::move(state)), form_(form) {}
Key::Key(Key&&) noexcept = default;
Key& Key::operator=(Key&&) noexcept = default;
Key::~Key() = default;

Result<Key> Key::make(std::string_view secret, KeyForm form) {
    std::optional<std::string> bytes = bytes_of_key(secret, form);
    if (!bytes || bytes->empty()) {
        return fail(ErrorCode::invalid,
                    bytes
                        ? "the secret is empty"
                        : "the signing token is not \"whsec_\" and base64 as the sender shows it");
    }
    auto state = std::make_unique<State>();
    state->ready = make_context(*bytes);
    ::OPENSSL_cleanse(&bytes->front(), bytes->size());
    Key key(std::move(state), form);
    key.state_->of_secret = key.sign({secret});
    return key;
}

Digest Key::sign(std::initializer_list<std::string_view> parts) const {
    const Context context(::EVP_MAC_CTX_dup(state_->ready.get()));
    require(context != nullptr);
    for (const std::string_view part : parts) {
        require(::EVP_MAC_update(context.get(), bytes_of(part), part.size()) == 1);
    }
    Digest digest{};
    std::size_t size = 0;
    require(::EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1 &&
            size == digest.size());
    return digest;
}

bool Key::is_secret(std::string_view text) const {
    return is_equal(sign({text}), state_->of_secret);
}

bool is_signed_by_any(std::span<const Key> keys, std::initializer_list<std::string_view> parts,
                      std::span<const Digest> claimed) {
    bool found = false;
    for (const Key& key : keys) {
        const Digest right = key.sign(parts);
        for (const Digest& digest : claimed) {
            const bool same = is_equal(right, digest);
            found = found || same;
        }
    }
    return found;
}

std::optional<Digest> parse_sha256_header(std::string_view value) {
    if (!value.starts_with(k_sha256_prefix)) {
        return std::nullopt;
    }
    const auto bytes = from_hex(value.substr(k_sha256_prefix.size()));
    Digest digest{};
    if (!bytes || bytes->size() != digest.size()) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

std::string to_sha256_header(const Digest& digest) {
    return std::string(k_sha256_prefix) + to_hex(digest);
}

}  // namespace hookd::webhook
