#pragma once

#include "core/base/result.hpp"
#include "core/model/ids.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::hooks {

/// What became of one ref of a push.
struct RefAnswer {
    enum class What {
        queued,     ///< stored now
        duplicate,  ///< the same movement was stored before
        left_out,   ///< `reason` says why
    };
    What what = What::queued;
    EventId event;
    std::vector<std::string> rules;  ///< whose runs were started
    std::string reason;
    bool operator==(const RefAnswer&) const = default;
};

/// What the daemon tells a hook about its spool file.
struct SpoolAnswer {
    enum class Verdict {
        taken,    ///< stored; `refs` say what became of them
        kept,     ///< not now, for `reason`; it stays in the spool
        refused,  ///< never, for `reason`
    };
    /// Refs beyond this many are not told about.
    static constexpr std::size_t k_most_refs = 10;
    /// Rules beyond this many are not named.
    static constexpr std::size_t k_most_rules = 20;
    static constexpr std::size_t k_most_bytes = std::size_t{64} << 10;

    Verdict verdict = Verdict::taken;
    std::string reason;
    std::vector<RefAnswer> refs;  ///< in the order of the record
    bool operator==(const SpoolAnswer&) const = default;
};

/// The conversation on the daemon's spool socket: the hook sends the name of its file and a
/// newline, the daemon these lines, and closes. Lists are cut to the limits above.
[[nodiscard]] std::string to_text(const SpoolAnswer& answer);

/// Reads what `to_text` writes. **Errors:** invalid; also where the end is missing.
[[nodiscard]] Result<SpoolAnswer> spool_answer_from(std::string_view text);

/// Whether the last line has come.
[[nodiscard]] bool is_whole_spool_answer(std::string_view text);

}  // namespace hookd::hooks
