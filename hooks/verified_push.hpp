#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/queue/arrival.hpp"
#include "hooks/spool_answer.hpp"
#include "hooks/spool_folder.hpp"
#include "hooks/spool_record.hpp"

#include <vector>

namespace hookd::hooks {

/// How much of a repository is read for one push. What is beyond it is told as incomplete: a push
/// of thousands of refs must not hold up those of others.
struct ReadingLimits {
    std::size_t commits = 20'000;
    std::size_t paths = 100'000;
    Milliseconds time{3'000};
};

/// A push whose claims hold in the repository itself.
struct VerifiedPush {
    queue::Delivery delivery;
    std::vector<Event> events;
    /// One a ref of the record, in its order: `queued`, or `left_out` with the reason.
    std::vector<RefAnswer> answers;
};

/// Verifies what a spool file claims: it is the repository owner's, root's or ours; the
/// repository is in the configuration; names are names of refs; new objects are there. Refs whose
/// claims do not hold are left out.
/// **Errors:** invalid where none of it can ever be taken; any other code where it may be later.
/// **Source:** threats.md T032, T037.
[[nodiscard]] Result<VerifiedPush> verify_push(const SpoolRecord& record, SpooledFile file,
                                               const config::Configuration& configuration,
                                               const Clock& clock,
                                               const ReadingLimits& limits = {});

}  // namespace hookd::hooks
