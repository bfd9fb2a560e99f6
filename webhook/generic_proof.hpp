#pragma once

#include "config/generic_sender.hpp"
#include "core/http/message.hpp"
#include "webhook/signature.hpp"
#include "webhook/verdict.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a sender is proven of which the configuration says it.
namespace hookd::webhook {

[[nodiscard]] Hash hash_of(const config::SenderProof& proof);

/// Whether the proof is there once and in its form.
[[nodiscard]] bool has_proof(const config::SenderProof& proof, const http::Headers& headers);

/// All keys are tried in constant time, and a digest of the body is made also where a token is
/// what counts: a wrong one is refused no sooner than an unknown endpoint.
[[nodiscard]] Verdict verify_proof(const config::SenderProof& proof, const http::Headers& headers,
                                   const SignedText& body, std::span<const Key> keys);

/// Adds the header. **Errors:** invalid: the secret.
[[nodiscard]] Status add_proof(const config::SenderProof& proof, std::string_view secret,
                               std::string_view body, http::Headers& headers);

/// The names of headers that hold a secret as it is.
[[nodiscard]] std::vector<std::string> secret_headers(std::span<const config::SenderProof> proofs);

}  // namespace hookd::webhook
