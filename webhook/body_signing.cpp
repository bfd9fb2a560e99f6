#include "webhook/body_signing.hpp"

#include <array>
#include <string>
#include <utility>

namespace hookd::webhook {
namespace {

Key make_nobodys_key(Hash hash) {
    return Key::make("of no endpoint; its signatures count for nothing", KeyForm::raw, hash)
        .value();
}

}  // namespace

const Key& nobodys_key(Hash hash) {
    static const std::array<Key, k_hashes_known> k_keys = {make_nobodys_key(Hash::sha256),
                                                           make_nobodys_key(Hash::sha512),
                                                           make_nobodys_key(Hash::sha1)};
    return k_keys[static_cast<std::size_t>(hash)];
}

BodySigning::BodySigning(std::shared_ptr<const EndpointTable> table, const http::Head& head)
    : table_(std::move(table)), endpoint_(table_->find(head.target)) {
    const ProofWork& most = table_->most_work(head.headers);
    work_.over_sent = most.over_sent;
    ProofWork own;
    if (endpoint_ != nullptr && !endpoint_->keys.empty()) {
        own = endpoint_->work(head.headers);
        if (!own.reads_form()) {
            const auto prefix_of = endpoint_->provider->signed_prefix;
            const std::string prefix = prefix_of != nullptr ? prefix_of(head.headers) : "";
            under_keys_ = endpoint_->keys.size();
            for (const Key& key : endpoint_->keys) {
                signings_.emplace_back(key).add(prefix);
            }
        }
    }
    const ProofWork rest = most.beyond(own);
    for (std::size_t hash = 0; hash < k_hashes_known; ++hash) {
        for (std::size_t i = 0; i < rest.over_sent[hash]; ++i) {
            signings_.emplace_back(nobodys_key(static_cast<Hash>(hash)));
        }
    }
}

void BodySigning::take(std::string_view bytes) {
    for (Signing& signing : signings_) {
        signing.add(bytes);
    }
}

BodySignatures BodySigning::finish() {
    BodySignatures made{{}, work_};
    made.under_keys.reserve(under_keys_);
    for (std::size_t i = 0; i < signings_.size(); ++i) {
        const Digest digest = signings_[i].finish();
        if (i < under_keys_) {
            made.under_keys.push_back(digest);
        }
    }
    return made;
}

}  // namespace hookd::webhook
