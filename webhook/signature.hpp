#pragma once

#include "core/base/result.hpp"
#include "webhook/verdict.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct evp_mac_ctx_st;

namespace hookd::webhook {

enum class Hash {
    sha256,
    sha512,
    sha1,  ///< of senders that know nothing better, where an endpoint says so
};
inline constexpr std::size_t k_hashes_known = 3;

/// What an HMAC gives: 20, 32 or 64 bytes. A default-made one is of SHA-256, all zero.
class Digest {
  public:
    explicit Digest(Hash hash = Hash::sha256);
    /// Nothing where there are not as many bytes as `hash` gives.
    [[nodiscard]] static std::optional<Digest> of(std::span<const std::uint8_t> bytes, Hash hash);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }
    [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }
    bool operator==(const Digest&) const = default;

  private:
    std::array<std::uint8_t, 64> bytes_{};
    std::size_t size_;
};

/// Lower-case hex digits, nothing else, as many as `hash` gives.
[[nodiscard]] std::optional<Digest> digest_from_hex(std::string_view text, Hash hash);
[[nodiscard]] std::optional<Digest> digest_from_base64(std::string_view text, Hash hash);
[[nodiscard]] std::string to_hex(const Digest& digest);
[[nodiscard]] std::string to_base64(const Digest& digest);

/// How a configured secret becomes the key of an HMAC.
enum class KeyForm {
    raw,               ///< its bytes as they are
    standard_webhooks  ///< the base64 text behind "whsec_", or all of it, decoded
};

/// A shared secret made ready once. Its bytes are wiped at the end; OpenSSL's copy of them in a
/// context of a thread is, when that signs with another key or ends.
/// **Thread:** any, as long as nobody moves it.
class Key {
  public:
    /// **Errors:** invalid, where the secret is empty or not of that form.
    [[nodiscard]] static Result<Key> make(std::string_view secret, KeyForm form,
                                          Hash hash = Hash::sha256);
    Key(Key&&) noexcept = default;
    Key& operator=(Key&& other) noexcept;
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key();

    [[nodiscard]] KeyForm form() const { return form_; }
    [[nodiscard]] Hash hash() const { return hash_; }
    /// HMAC over the parts one after the other. **Source:** RFC 2104.
    [[nodiscard]] Digest sign(std::initializer_list<std::string_view> parts) const;
    /// Whether `text` is the secret itself, found out in constant time.
    [[nodiscard]] bool is_secret(std::string_view text) const;

  private:
    friend class Signing;
    Key(std::string_view bytes, KeyForm form, Hash hash);

    std::vector<std::uint8_t> bytes_;  // moving it leaves no copy behind, as a short string would
    Digest of_secret_;
    KeyForm form_;
    Hash hash_;
};

/// An HMAC of a text that comes in pieces.
class Signing {
  public:
    explicit Signing(const Key& key);

    void add(std::string_view bytes);
    /// Once, after the last piece.
    [[nodiscard]] Digest finish();

  private:
    /// Keeps it for the next signature of this thread.
    struct GiveBack {
        Hash hash;
        void operator()(evp_mac_ctx_st* context) const;
    };
    std::unique_ptr<evp_mac_ctx_st, GiveBack> context_;
    Hash hash_;
};

/// A text that somebody says he has signed: as it is, or as its HMACs under the keys in question,
/// in their order and one for each, which were made while it came.
class SignedText {
  public:
    // Meant to convert: a text is what most have.
    template <std::convertible_to<std::string_view> Text>
    SignedText(const Text& text) : text_(text) {}
    explicit SignedText(std::span<const Digest> made) : made_(made) {}

    /// The HMAC under `keys[index]` of `prefix` and the text. One that was made has the prefix in
    /// it.
    [[nodiscard]] Digest sign(std::span<const Key> keys, std::size_t index,
                              std::string_view prefix = {}) const;

  private:
    std::string_view text_;
    std::span<const Digest> made_;
};

/// Whether `right` is one of the `claimed` digests. Every pair is compared in constant time, so
/// that the time does not tell how close a guess was.
[[nodiscard]] bool is_one_of(const Digest& right, std::span<const Digest> claimed);

/// Whether any of `keys` gives the claimed digest over `text`. Every key signs also where the
/// header could not be read: the time does not tell that either.
[[nodiscard]] Verdict verify_digest(std::span<const Key> keys, const SignedText& text,
                                    const std::optional<Digest>& claimed);

/// The hash's name, "=" and its lower-case hex digits, nothing else: "sha256=9f86...".
/// **Source:** GitHub's "Validating webhook deliveries".
[[nodiscard]] std::optional<Digest> parse_hash_header(std::string_view value, Hash hash);
[[nodiscard]] std::string to_hash_header(const Digest& digest);

}  // namespace hookd::webhook
