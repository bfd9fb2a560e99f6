#include "webhook/providers/bitbucket_family.hpp"

#include <algorithm>

namespace hookd::webhook::bitbucket_family {
namespace {

constexpr std::string_view k_signature_header = "X-Hub-Signature";

std::optional<Digest> claimed_digest(const http::Headers& headers) {
    return parse_hash_header(headers.only(k_signature_header).value_or(""), Hash::sha256);
}

}  // namespace

KeyForm key_form(std::string_view) {
    return KeyForm::raw;
}

bool has_proof(const http::Headers& headers) {
    return claimed_digest(headers).has_value();
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    return verify_digest(keys, request.body, claimed_digest(request.headers));
}

Status sign(http::Headers& headers, const OutgoingDelivery& delivery) {
    const auto key = Key::make(delivery.secret, KeyForm::raw);
    if (!key) {
        return fail(key.error());
    }
    headers.add("Content-Type", std::string(delivery.content_type()));
    headers.add(std::string(k_event_header), std::string(delivery.event));
    headers.add(std::string(k_signature_header), to_hash_header(key->sign({delivery.sent()})));
    return {};
}

std::string change_of(std::string_view event, std::span<const Word> words) {
    constexpr std::string_view k_comment = "comment_";
    const auto known = std::find_if(words.begin(), words.end(),
                                    [event](const Word& word) { return word.event == event; });
    if (known != words.end()) {
        return std::string(known->change);
    }
    const std::size_t colon = event.rfind(':');
    std::string_view word = colon == std::string_view::npos ? "" : event.substr(colon + 1);
    if (const std::size_t comment = word.find(k_comment); comment != std::string_view::npos) {
        word.remove_prefix(comment + k_comment.size());
    }
    return std::string(word);
}

}  // namespace hookd::webhook::bitbucket_family
