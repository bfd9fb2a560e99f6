#pragma once

#include "webhook/provider.hpp"

#include <span>
#include <string>
#include <string_view>

// What Bitbucket Cloud and Bitbucket Server (Data Center) have in common: their signatures, and
// the way they name events. Their bodies are two.
namespace hookd::webhook::bitbucket_family {

inline constexpr std::string_view k_event_header = "X-Event-Key";

/// Both send SHA-256 under the name that GitHub keeps for SHA-1. **Source:** Atlassian, "Manage
/// webhooks", on securing them.
[[nodiscard]] KeyForm key_form(std::string_view secret);
[[nodiscard]] bool has_proof(const http::Headers& headers);
[[nodiscard]] Verdict verify(const SignedRequest& request, std::span<const Key> keys);
/// Adds the content type, the event and the signature. **Errors:** invalid: the secret.
[[nodiscard]] Status sign(http::Headers& headers, const OutgoingDelivery& delivery);

/// What an event name says of a pull request.
struct Word {
    std::string_view event, change;
};
/// The change that an event stands for; else its own last word: "created" of
/// "pullrequest:comment_created", "added" of "pr:comment:added".
[[nodiscard]] std::string change_of(std::string_view event, std::span<const Word> words);

}  // namespace hookd::webhook::bitbucket_family
