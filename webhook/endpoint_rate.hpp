#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "webhook/rate_gate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hookd::webhook {

/// What the senders of one endpoint have used up. Only who signed right uses up anything.
/// **Source:** threats.md T022.
class EndpointRate {
  public:
    /// Takes a place for a delivery with this body, or says how long until there is one. A body
    /// that was let in lately takes it from a second budget of the same size: who only caught a
    /// delivery and sends it again cannot shut out the endpoint's own sender.
    [[nodiscard]] std::optional<Milliseconds> take(const config::RateLimit& limit,
                                                   std::string_view body, BootTime now);

    /// Whether a refused delivery of so many bytes may be kept: what a sender can write to our
    /// disk by being refused has a limit, whatever the endpoint's rate is.
    [[nodiscard]] bool may_keep_refused(std::uint64_t bytes, BootTime now);

  private:
    RateGate first_;
    RateGate again_;
    RateGate refused_;
    std::array<std::size_t, 64> recent_{};  ///< hashes of bodies that were let in
    std::size_t next_ = 0;
};

}  // namespace hookd::webhook
