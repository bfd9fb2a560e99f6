#pragma once

#include "tests/fuzz/target.hpp"

namespace hookd::fuzz {

/// One for each row of the providers' table: a body under an event name becomes events, or is
/// refused.
[[nodiscard]] std::vector<Target> provider_targets();

/// The field of a form against a second decoder.
[[nodiscard]] Target form_target();

/// Every provider's check of its proof, with headers of the sender's choice.
[[nodiscard]] Target proof_target();

/// The signature of Standard Webhooks, with parts of the sender's choice.
[[nodiscard]] Target standard_webhooks_target();

}  // namespace hookd::fuzz
