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
#include <vector>

namespace hookd::webhook {
namespace {

constexpr std::string_view k_token_prefix = "whsec_";

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
        throw std::runtime_error("OpenSSL cannot compute an HMAC");
    }
}

struct HashRow {
    const char* name;
    std::size_t bytes;
    std::string_view prefix;
};
// In the order of Hash.
constexpr std::array k_hashes = {HashRow{"SHA256", 32, "sha256="}, HashRow{"SHA512", 64, "sha512="},
                                 HashRow{"SHA1", 20, "sha1="}};

const HashRow& row_of(Hash hash) {
    return k_hashes[static_cast<std::size_t>(hash)];
}

Context make_context(Hash hash) {
    const std::unique_ptr<EVP_MAC, FreeMac> mac(::EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    require(mac != nullptr);
    Context context(::EVP_MAC_CTX_new(mac.get()));
    std::string digest = row_of(hash).name;
    const std::array<OSSL_PARAM, 2> params = {
        ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        ::OSSL_PARAM_construct_end()};
    require(context != nullptr && ::EVP_MAC_CTX_set_params(context.get(), params.data()) == 1);
    return context;
}

/// Contexts that no signature uses now. Making one takes longer than signing a small body.
class SpareContexts {
  public:
    [[nodiscard]] Context take(Hash hash) {
        std::vector<Context>& spare = of(hash);
        if (spare.empty()) {
            return make_context(hash);
        }
        Context context = std::move(spare.back());
        spare.pop_back();
        return context;
    }
    void give(Hash hash, Context context) {
        constexpr std::size_t k_most = 64;
        if (std::vector<Context>& spare = of(hash); spare.size() < k_most) {
            spare.push_back(std::move(context));
        }
    }

  private:
    std::vector<Context>& of(Hash hash) { return spare_[static_cast<std::size_t>(hash)]; }

    std::array<std::vector<Context>, k_hashes_known> spare_;
};

SpareContexts& spare_contexts() {
    thread_local SpareContexts contexts;
    return contexts;
}

std::optional<std::string> bytes_of_key(std::string_view secret, KeyForm form) {
    if (form == KeyForm::raw) {
        return std::string(secret);
    }
    const bool prefixed = secret.starts_with(k_token_prefix);
    return from_base64(secret.substr(prefixed ? k_token_prefix.size() : 0));
}

bool is_equal(const Digest& a, const Digest& b) {
    return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Digest::Digest(Hash hash) : size_(row_of(hash).bytes) {}

std::optional<Digest> Digest::of(std::span<const std::uint8_t> bytes, Hash hash) {
    Digest digest(hash);
    if (bytes.size() != digest.size()) {
        return std::nullopt;
    }
    std::copy(bytes.begin(), bytes.end(), digest.bytes_.begin());
    return digest;
}

std::optional<Digest> digest_from_hex(std::string_view text, Hash hash) {
    const auto bytes = from_hex(text);
    return bytes ? Digest::of(*bytes, hash) : std::nullopt;
}

std::optional<Digest> digest_from_base64(std::string_view text, Hash hash) {
    const auto bytes = from_base64(text);
    return bytes ? Digest::of({bytes_of(*bytes), bytes->size()}, hash) : std::nullopt;
}

std::string to_hex(const Digest& digest) {
    return hookd::to_hex(digest.bytes());
}

std::string to_base64(const Digest& digest) {
    return hookd::to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Key::Key(std::string_view bytes, KeyForm form, Hash hash)
    : bytes_(bytes.begin(), bytes.end()), form_(form), hash_(hash) {}

Key& Key::operator=(Key&& other) noexcept {
    // What was here is wiped with the other.
    bytes_.swap(other.bytes_);
    of_secret_ = other.of_secret_;
    form_ = other.form_;
    hash_ = other.hash_;
    return *this;
}

Key::~Key() {
    ::OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Result<Key> Key::make(std::string_view secret, KeyForm form, Hash hash) {
    std::optional<std::string> bytes = bytes_of_key(secret, form);
    if (!bytes || bytes->empty()) {
        return fail(ErrorCode::invalid,
                    bytes
                        ? "the secret is empty"
                        : "the signing token is not \"whsec_\" and base64 as the sender shows it");
    }
    Key key(*bytes, form, hash);
    ::OPENSSL_cleanse(bytes->data(), bytes->size());
    key.of_secret_ = key.sign({secret});
    return key;
}

Digest Key::sign(std::initializer_list<std::string_view> parts) const {
    Signing signing(*this);
    for (const std::string_view part : parts) {
        signing.add(part);
    }
    return signing.finish();
}

bool Key::is_secret(std::string_view text) const {
    return is_equal(sign({text}), of_secret_);
}

void Signing::GiveBack::operator()(evp_mac_ctx_st* context) const {
    spare_contexts().give(hash, Context(context));
}

Signing::Signing(const Key& key)
    : context_(spare_contexts().take(key.hash()).release(), GiveBack{key.hash()}),
      hash_(key.hash()) {
    const auto& bytes = key.bytes_;
    require(::EVP_MAC_init(context_.get(), bytes.data(), bytes.size(), nullptr) == 1);
}

void Signing::add(std::string_view bytes) {
    require(::EVP_MAC_update(context_.get(), bytes_of(bytes), bytes.size()) == 1);
}

Digest Signing::finish() {
    Digest digest(hash_);
    std::size_t size = 0;
    require(::EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1 &&
            size == digest.size());
    return digest;
}

Digest SignedText::sign(std::span<const Key> keys, std::size_t index,
                        std::string_view prefix) const {
    if (made_.empty()) {
        return keys[index].sign({prefix, text_});
    }
    if (index >= made_.size()) {
        throw std::logic_error("not every key has signed");
    }
    return made_[index];
}

bool is_one_of(const Digest& right, std::span<const Digest> claimed) {
    bool found = false;
    for (const Digest& digest : claimed) {
        const bool same = is_equal(right, digest);
        found = found || same;
    }
    return found;
}

Verdict verify_digest(std::span<const Key> keys, const SignedText& text,
                      const std::optional<Digest>& claimed) {
    const std::span<const Digest> digests =
        claimed ? std::span<const Digest>(&*claimed, 1) : std::span<const Digest>{};
    bool found = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool signed_by = is_one_of(text.sign(keys, i), digests);
        found = found || signed_by;
    }
    return found ? Verdict::right : Verdict::wrong;
}

std::optional<Digest> parse_hash_header(std::string_view value, Hash hash) {
    const std::string_view prefix = row_of(hash).prefix;
    return value.starts_with(prefix) ? digest_from_hex(value.substr(prefix.size()), hash)
                                     : std::nullopt;
}

std::string to_hash_header(const Digest& digest) {
    const auto row = std::find_if(k_hashes.begin(), k_hashes.end(),
                                  [&digest](const HashRow& r) { return r.bytes == digest.size(); });
    return std::string(row->prefix) + to_hex(digest);
}

}  // namespace hookd::webhook
