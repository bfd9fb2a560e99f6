#pragma once

#include "webhook/provider.hpp"
#include "webhook/recognised.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string_view>

// What Gitea, Forgejo and Gogs have in common, which is nearly all.
namespace hookd::webhook::gitea_family {

/// Signatures

[[nodiscard]] KeyForm key_form(std::string_view secret);

/// HMAC-SHA256 of the JSON in hex without a prefix, in the header of that name. Without a secret
/// the header is there, but empty. **Source:** services/webhook/deliver.go of Gitea.
[[nodiscard]] bool has_proof(const http::Headers& headers, std::string_view signature_header);
[[nodiscard]] Verdict verify(const SignedRequest& request, std::span<const Key> keys,
                             std::string_view signature_header);

/// The header's names of one of the forges whose headers all the later ones send too.
struct HeaderNames {
    std::string_view event, event_type, delivery, signature;  ///< empty: it sends none
    std::string_view hook_type;
};
inline constexpr HeaderNames k_forgejo = {"X-Forgejo-Event", "X-Forgejo-Event-Type",
                                          "X-Forgejo-Delivery", "X-Forgejo-Signature", ""};
inline constexpr HeaderNames k_gitea = {"X-Gitea-Event", "X-Gitea-Event-Type", "X-Gitea-Delivery",
                                        "X-Gitea-Signature",
                                        "X-Gitea-Hook-Installation-Target-Type"};
inline constexpr HeaderNames k_gogs = {"X-Gogs-Event", "X-Gogs-Event-Type", "X-Gogs-Delivery",
                                       "X-Gogs-Signature", ""};
inline constexpr HeaderNames k_github = {"X-GitHub-Event", "X-GitHub-Event-Type",
                                         "X-GitHub-Delivery", "",
                                         "X-GitHub-Hook-Installation-Target-Type"};
/// Gogs sends these, and writes them so.
inline constexpr HeaderNames k_plain_gogs = {"X-Gogs-Event", "", "X-Gogs-Delivery",
                                             "X-Gogs-Signature", ""};
inline constexpr HeaderNames k_plain_github = {"X-Github-Event", "", "X-Github-Delivery", "", ""};

enum class HubSignatures { left_out, sent };

/// All headers of a delivery. The event may be one of the finer names ("pull_request_sync").
/// **Errors:** invalid: the secret.
[[nodiscard]] Result<http::Headers> sign(const OutgoingDelivery& delivery,
                                         std::span<const HeaderNames> names, HubSignatures hub);

/// Events

/// Which changes of refs no push tells of, only `create` or `delete`.
using OnlyByNotice = bool (*)(std::string_view event, std::string_view ref);

[[nodiscard]] Result<Events> normalize(const ProviderRequest& request, OnlyByNotice only_by_notice);

}  // namespace hookd::webhook::gitea_family
