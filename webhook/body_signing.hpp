#pragma once

#include "core/http/server.hpp"
#include "webhook/endpoint_table.hpp"
#include "webhook/proof_work.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace hookd::webhook {

/// What an unknown endpoint's request is checked with.
[[nodiscard]] const Key& nobodys_key(Hash hash);

/// What was signed of a body while it came.
struct BodySignatures {
    /// In the order of the endpoint's keys; empty where not the body itself is what is signed.
    std::vector<Digest> under_keys;
    ProofWork work;
};

/// Makes the HMACs of a body while it comes, under the keys of the endpoint it was sent to: so
/// that nothing is left to be done for a large one at its end, while others wait. Every request
/// has as many made as the costliest endpoint needs: whether it is let in is known only then, and
/// the time after its last byte must not tell how many keys there are (threats.md T004).
class BodySigning final : public http::BodyObserver {
  public:
    /// The request is judged by the endpoints in `table`, whatever is configured meanwhile.
    BodySigning(std::shared_ptr<const EndpointTable> table, const http::Head& head);

    void take(std::string_view bytes) override;

    [[nodiscard]] const EndpointTable& table() const { return *table_; }
    [[nodiscard]] const Endpoint* endpoint() const { return endpoint_; }
    /// Once, after the body.
    [[nodiscard]] BodySignatures finish();

  private:
    std::shared_ptr<const EndpointTable> table_;
    const Endpoint* endpoint_;
    ProofWork work_;
    std::size_t under_keys_ = 0;  ///< so many of `signings_`, the first ones
    std::vector<Signing> signings_;
};

}  // namespace hookd::webhook
