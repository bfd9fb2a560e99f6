#include "webhook/providers/forgejo.hpp"

#include "webhook/github_form.hpp"
#include "webhook/providers/gitea_family.hpp"

#include <array>

// Forgejo, which went on from Gitea and sends its headers too. **Source:** forgejo.org/docs,
// "Webhooks".
namespace hookd::webhook {
namespace {

constexpr const gitea_family::HeaderNames& k_own = gitea_family::k_forgejo;
constexpr std::array k_delivery_headers = {k_own.delivery};
constexpr std::array k_names = {gitea_family::k_forgejo, gitea_family::k_gitea,
                                gitea_family::k_gogs, gitea_family::k_github};

bool has_proof(const http::Headers& headers) {
    return gitea_family::has_proof(headers, k_own.signature);
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    return gitea_family::verify(request, keys, k_own.signature);
}

/// A new branch and every change of a tag also come as a push, a deleted branch does not.
bool only_by_notice(std::string_view event, std::string_view ref) {
    return event == "delete" && ref.starts_with("refs/heads/");
}

Result<Events> normalize(const ProviderRequest& request) {
    return gitea_family::normalize(request, only_by_notice);
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    return gitea_family::sign(delivery, k_names, gitea_family::HubSignatures::sent);
}

}  // namespace

constinit const Provider k_forgejo = {
    .name = "forgejo",
    .event_header = k_own.event,
    .delivery_headers = k_delivery_headers,
    .forms = Forms::signed_json,
    .key_form = gitea_family::key_form,
    .has_proof = has_proof,
    .signed_prefix = nullptr,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_github_push,
};

}  // namespace hookd::webhook
