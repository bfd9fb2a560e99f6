#include "webhook/proof.hpp"

#include "webhook/form.hpp"
#include "webhook/media_type.hpp"

#include <optional>
#include <span>

namespace hookd::webhook {
namespace {

/// The texts that a sender may have signed.
class SignedTexts {
  public:
    explicit SignedTexts(const http::Request& request) : request_(request) {}

    [[nodiscard]] std::string_view sent() const { return request_.body; }
    /// What the form holds; read once. A form that cannot be read is judged as it is, and is
    /// refused for that only once its sender is known.
    [[nodiscard]] std::string_view in_form() {
        if (!from_form_) {
            from_form_ = form_field(request_.body, k_form_field).value_or(std::string{});
        }
        return from_form_->empty() ? sent() : std::string_view(*from_form_);
    }

  private:
    const http::Request& request_;
    std::optional<std::string> from_form_;
};

void compute(const ProofWork& work, SignedTexts& texts) {
    for (std::size_t hash = 0; hash < k_hashes_known; ++hash) {
        const Key& key = nobodys_key(static_cast<Hash>(hash));
        for (std::size_t i = 0; i < work.over_sent[hash]; ++i) {
            static_cast<void>(key.sign({texts.sent()}));
        }
        for (std::size_t i = 0; i < work.over_form[hash]; ++i) {
            static_cast<void>(key.sign({texts.in_form()}));
        }
    }
}

/// `made`: the HMACs of `text` under the endpoint's keys; empty: they are made here.
struct ClaimedText {
    std::string_view text;
    std::span<const Digest> made;
};

Proof check_keys(const Endpoint& endpoint, const http::Headers& headers, const ClaimedText& claimed,
                 WallTime now) {
    const std::span<const Key> keys = endpoint.keys;
    const auto verify = [&](std::size_t index) {
        const SignedText text = claimed.made.empty() ? SignedText(claimed.text)
                                                     : SignedText(claimed.made.subspan(index, 1));
        return endpoint.provider->verify({headers, text, now, endpoint.sender.get()},
                                         keys.subspan(index, 1));
    };
    // Every key is tried, whichever is right: neither how many there are nor which it was shows in
    // the time.
    const std::size_t live = endpoint.live_keys(now);
    Proof proof;
    for (std::size_t i = 0; i < live; ++i) {
        const Verdict verdict = verify(i);
        if (verdict == Verdict::right && proof.kind != Proof::Kind::right) {
            proof = {Proof::Kind::right, {}, i};
        } else if (verdict == Verdict::out_of_time && proof.kind == Proof::Kind::wrong) {
            proof.kind = Proof::Kind::out_of_time;
        }
    }
    if (proof.kind == Proof::Kind::right) {
        return proof;
    }
    for (std::size_t i = live; i < keys.size(); ++i) {
        if (verify(i) == Verdict::right && proof.kind == Proof::Kind::wrong) {
            proof = {Proof::Kind::secret_ended, endpoint.ends[i], i};
        }
    }
    return proof;
}

}  // namespace

Proof check_proof(const EndpointTable& table, const Endpoint* endpoint,
                  const http::Request& request, WallTime now, const BodySignatures& made) {
    const http::Headers& headers = request.head.headers;
    SignedTexts texts(request);
    Proof proof{Proof::Kind::unknown_endpoint, {}, 0};
    ProofWork done = made.work;
    if (endpoint != nullptr && !endpoint->keys.empty()) {
        const ProofWork own = endpoint->work(headers);
        done.grow_to(own);
        const ClaimedText claimed = own.reads_form() ? ClaimedText{texts.in_form(), {}}
                                                     : ClaimedText{texts.sent(), made.under_keys};
        proof = check_keys(*endpoint, headers, claimed, now);
        if (proof.kind == Proof::Kind::right) {
            return proof;
        }
    }
    compute(table.most_work(headers).beyond(done), texts);
    return proof;
}

}  // namespace hookd::webhook
