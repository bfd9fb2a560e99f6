#pragma once

namespace hookd::webhook {

/// What a check of a signature found. All but `right` get the same answer; the log tells more.
enum class Verdict {
    right,
    wrong,
    out_of_time,  ///< rightly signed, but its signed time is too far from ours
};

}  // namespace hookd::webhook
