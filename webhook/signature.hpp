#pragma once

#include "core/base/result.hpp"
#include "webhook/verdict.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookd::webhook {

enum class Hash {
    sha256,
    sha512,
    sha1,  ///< of senders that know nothing better, where an endpoint says so
};

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

/// A shared secret made ready once: a signature starts from a copy of its keyed state, and the
/// secret itself is not kept. **Thread:** any, as long as nobody moves it.
class Key {
  public:
    /// **Errors:** invalid, where the secret is empty or not of that form.
    [[nodiscard]] static Result<Key> make(std::string_view secret, KeyForm form,
                                          Hash hash = Hash::sha256);
    Key(Key&&) noexcept;
    Key& operator=(Key&&) noexcept;
    ~Key();

    [[nodiscard]] KeyForm form() const { return form_; }
    [[nodiscard]] Hash hash() const { return hash_; }
    /// HMAC over the parts one after the other. **Source:** RFC 2104.
    [[nodiscard]] Digest sign(std::initializer_list<std::string_view> parts) const;
    /// Whether `text` is the secret itself, found out in constant time.
    [[nodiscard]] bool is_secret(std::string_view text) const;

  private:
    struct State;
    Key(std::unique_ptr<State> state, KeyForm form, Hash hash);

    std::unique_ptr<State> state_;
    KeyForm form_;
    Hash hash_;
};

/// Whether any of `keys` gives one of the `claimed` digests over `parts`. Every key signs and
/// every pair is compared in constant time whatever was claimed, so that the time tells neither
/// how close a guess was nor that the header could not be read (`claimed` is empty then).
[[nodiscard]] bool is_signed_by_any(std::span<const Key> keys,
                                    std::initializer_list<std::string_view> parts,
                                    std::span<const Digest> claimed);

/// As `is_signed_by_any`, over one text and with at most one digest.
[[nodiscard]] Verdict verify_digest(std::span<const Key> keys, std::string_view text,
                                    const std::optional<Digest>& claimed);

/// The hash's name, "=" and its lower-case hex digits, nothing else: "sha256=9f86...".
/// **Source:** GitHub's "Validating webhook deliveries".
[[nodiscard]] std::optional<Digest> parse_hash_header(std::string_view value, Hash hash);
[[nodiscard]] std::string to_hash_header(const Digest& digest);

}  // namespace hookd::webhook
