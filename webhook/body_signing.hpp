#pragma once

#include "core/http/server.hpp"
#include "webhook/endpoint_table.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace hookd::webhook {

/// What an unknown endpoint's request is checked with.
[[nodiscard]] const Key& nobodys_key();

/// Makes the HMACs of a body while it comes, under the keys of the endpoint it was sent to: so
/// that nothing is left to be done for a large one at its end, while others wait.
class BodySigning final : public http::BodyObserver {
  public:
    /// The request is judged by the endpoints in `table`, whatever is configured meanwhile.
    BodySigning(std::shared_ptr<const EndpointTable> table, const http::Head& head);

    void take(std::string_view bytes) override;

    [[nodiscard]] const Endpoint* endpoint() const { return endpoint_; }
    /// Once, after the body: the HMACs in the order of the endpoint's keys, or one under
    /// `nobodys_key`. Empty where not the body itself is what is signed.
    [[nodiscard]] std::vector<Digest> finish();

  private:
    std::shared_ptr<const EndpointTable> table_;
    const Endpoint* endpoint_;
    std::vector<Signing> signings_;
};

}  // namespace hookd::webhook
