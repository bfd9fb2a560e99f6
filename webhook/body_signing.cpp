#include "webhook/body_signing.hpp"

#include "webhook/media_type.hpp"

#include <string>
#include <utility>

namespace hookd::webhook {

const Key& nobodys_key() {
    static const Key k_key =
        Key::make("of no endpoint; its signatures count for nothing", KeyForm::raw).value();
    return k_key;
}

BodySigning::BodySigning(std::shared_ptr<const EndpointTable> table, const http::Head& head)
    : table_(std::move(table)), endpoint_(table_->find(head.target)) {
    if (endpoint_ == nullptr || endpoint_->keys.empty()) {
        signings_.emplace_back(nobodys_key());
        return;
    }
    const Provider& provider = *endpoint_->provider;
    if (provider.forms == Forms::signed_json && body_of(head.headers) == Body::form) {
        return;
    }
    const std::string prefix =
        provider.signed_prefix != nullptr ? provider.signed_prefix(head.headers) : std::string{};
    signings_.reserve(endpoint_->keys.size());
    for (const Key& key : endpoint_->keys) {
        signings_.emplace_back(key).add(prefix);
    }
}

void BodySigning::take(std::string_view bytes) {
    for (Signing& signing : signings_) {
        signing.add(bytes);
    }
}

std::vector<Digest> BodySigning::finish() {
    std::vector<Digest> digests;
    digests.reserve(signings_.size());
    for (Signing& signing : signings_) {
        digests.push_back(signing.finish());
    }
    return digests;
}

}  // namespace hookd::webhook
