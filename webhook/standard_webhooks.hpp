#pragma once

#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "webhook/signature.hpp"
#include "webhook/verdict.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>

// The signature scheme of the Standard Webhooks specification: `webhook-id`, `webhook-timestamp`
// and `webhook-signature`, which lists "v1," and base64 of the HMAC-SHA256 over
// "id.timestamp.body". **Source:** standardwebhooks.com, specification, "Verifying signatures".
namespace hookd::webhook {

/// How far the signed time may be from ours, either way.
inline constexpr std::chrono::seconds k_signature_window{300};

/// Whether the three headers are there, each once and of the right form. Ids hold letters, digits,
/// '-' and '_': a '.' would let id and time be cut differently than they were signed.
[[nodiscard]] bool has_standard_signature(const http::Headers& headers);

/// Any listed v1 signature and any key may match; keys of another form do not count.
[[nodiscard]] Verdict verify_standard_signature(const http::Headers& headers,
                                                const SignedText& body, std::span<const Key> keys,
                                                WallTime now);

/// What is signed in front of the body; some text also where the headers are not right.
[[nodiscard]] std::string standard_prefix(const http::Headers& headers);

/// Adds the three headers as a sender does.
void sign_standard(http::Headers& headers, std::string_view id, WallTime now, std::string_view body,
                   const Key& key);

}  // namespace hookd::webhook
