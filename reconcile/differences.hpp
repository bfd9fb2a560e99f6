#pragma once

#include "core/git/repository.hpp"
#include "core/queue/records.hpp"

#include <span>
#include <string>
#include <vector>

namespace hookd::reconcile {

/// A ref that is not where it was last seen.
struct Difference {
    std::string ref;
    std::string before;  ///< where it was last seen; all zero: nowhere
    std::string after;   ///< where it is; all zero: gone
    /// Type of the source that told of `before`; empty where it was only found there.
    std::string told_by;
    bool operator==(const Difference&) const = default;
};

/// How refs that nobody has told of are taken.
enum class UnknownRefs {
    old,  ///< the repository is looked at for the first time: they were there before
    made_since,
};

/// Compares branches and tags with where they were last seen. Symbolic refs are left out: they
/// move with the ref they name. So are other namespaces, in which nobody reports.
[[nodiscard]] std::vector<Difference> differences(std::span<const queue::RefSeen> seen,
                                                  std::span<const git::RefPosition> refs,
                                                  UnknownRefs unknown);

/// The branches and tags, for being noted.
[[nodiscard]] std::vector<queue::RefSeen> to_note(std::span<const git::RefPosition> refs);

}  // namespace hookd::reconcile
