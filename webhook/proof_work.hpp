#pragma once

#include "webhook/signature.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace hookd::webhook {

/// How many signatures a check of a proof computes: of each hash, over the body as it was sent and
/// over what a form in it holds. **Source:** threats.md T004.
struct ProofWork {
    using ByHash = std::array<std::size_t, k_hashes_known>;
    ByHash over_sent{};
    ByHash over_form{};

    bool operator==(const ProofWork&) const = default;

    void grow_to(const ProofWork& other) {
        for (std::size_t i = 0; i < k_hashes_known; ++i) {
            over_sent[i] = std::max(over_sent[i], other.over_sent[i]);
            over_form[i] = std::max(over_form[i], other.over_form[i]);
        }
    }
    /// What is missing in `done`.
    [[nodiscard]] ProofWork beyond(const ProofWork& done) const {
        ProofWork rest;
        for (std::size_t i = 0; i < k_hashes_known; ++i) {
            rest.over_sent[i] = over_sent[i] - std::min(over_sent[i], done.over_sent[i]);
            rest.over_form[i] = over_form[i] - std::min(over_form[i], done.over_form[i]);
        }
        return rest;
    }
    [[nodiscard]] bool reads_form() const {
        return std::any_of(over_form.begin(), over_form.end(),
                           [](std::size_t count) { return count > 0; });
    }
};

}  // namespace hookd::webhook
