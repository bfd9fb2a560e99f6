#pragma once

#include "core/base/result.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookd::webhook {

using Digest = std::array<std::uint8_t, 32>;

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
    [[nodiscard]] static Result<Key> make(std::string_view secret, KeyForm form);
    Key(Key&&) noexcept;
    Key& operator=(Key&&) noexcept;
    ~Key();

    [[nodiscard]] KeyForm form() const { return form_; }
    /// HMAC-SHA256 over the parts one after the other. **Source:** RFC 2104.
    [[nodiscard]] Digest sign(std::initializer_list<std::string_view> parts) const;
    /// Whether `text` is the secret itself, found out in constant time.
    [[nodiscard]] bool is_secret(std::string_view text) const;

  private:
    struct State;
    Key(std::unique_ptr<State> state, KeyForm form);

    std::unique_ptr<State> state_;
    KeyForm form_;
};

/// Whether any of `keys` gives one of the `claimed` digests over `parts`. Every key signs and
/// every pair is compared in constant time whatever was claimed, so that the time tells neither
/// how close a guess was nor that the header could not be read (`claimed` is empty then).
[[nodiscard]] bool is_signed_by_any(std::span<const Key> keys,
                                    std::initializer_list<std::string_view> parts,
                                    std::span<const Digest> claimed);

/// "sha256=" and 64 lower-case hex digits, nothing else. **Source:** GitHub's "Validating webhook
/// deliveries".
[[nodiscard]] std::optional<Digest> parse_sha256_header(std::string_view value);
[[nodiscard]] std::string to_sha256_header(const Digest& digest);

}  // namespace hookd::webhook
