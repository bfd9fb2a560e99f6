#pragma once

#include "core/base/clock.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace hookd::reconcile {

/// One try of a forge to bring us something.
struct Attempt {
    std::string id;     ///< the forge's number of it; digits
    std::string key;    ///< of the delivery, the same at every try: what our queue keeps
    std::string event;  ///< as the forge calls it
    std::optional<WallTime> at;
    int status = 0;  ///< of HTTP, as it was answered; 0: it was not
};

/// A delivery that a forge is to bring again, or was.
struct Redelivery {
    Attempt last;
    std::size_t attempts = 1;  ///< the forge's so far
};

/// When this process has had a delivery sent again, and how often.
struct Asked {
    WallTime at{};
    std::size_t times = 0;
};

enum class AskedBy { timer, person };

/// What is known when it is decided what to ask for.
struct Evidence {
    std::span<const Attempt> attempts;  ///< as the forge lists them, newest first
    const std::set<std::string>& here;  ///< keys of theirs that our queue has
    /// When the forge was first asked about this endpoint; nothing: now. What was answered well
    /// before then may have been somebody else's.
    std::optional<WallTime> began;
    const std::map<std::string, Asked>& asked;
    WallTime now{};
    AskedBy by = AskedBy::timer;
    std::size_t most = 50;  ///< so many at once
};

struct Choice {
    std::vector<Redelivery> again;  ///< to be asked for now, oldest first
    std::vector<Redelivery> given_up;
    std::size_t waiting = 0;    ///< that are asked for later, or when the cause is mended
    std::size_t left_over = 0;  ///< of these, that were too many for now
    /// The oldest try of what is not settled; nothing: all is.
    std::optional<WallTime> unsettled;
};

/// Tries of one delivery after which it is given up.
constexpr std::size_t k_most_attempts = 8;

/// What has to come again. Never what is here, refused or not: that can be looked at, and the
/// same bytes would be refused again. Of the rest, each delivery once:
/// - without an answer, or with 408, 429 or 5xx: at once, then after waits that grow from ten
///   minutes to five hours;
/// - with another error, which our own answer or a proxy's may be: once a later delivery was
///   answered well, as when a secret was mended;
/// - answered well and not here, as after a backup was restored: at once.
/// A person's word counts as mended, and for what was given up.
[[nodiscard]] Choice choose(const Evidence& evidence);

}  // namespace hookd::reconcile
