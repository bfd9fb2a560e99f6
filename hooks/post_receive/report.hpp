#pragma once

#include "core/base/result.hpp"
#include "hooks/spool_answer.hpp"
#include "hooks/spool_record.hpp"

#include <span>
#include <string>

namespace hookd::hooks {

/// All that one push may print: far below the 64 KiB that a pipe holds, because a hook that fills
/// the pipe of a vanished client blocks.
inline constexpr std::size_t k_report_bytes = 8000;

/// What the pusher reads, whole lines. Foreign text has no control bytes in it.
[[nodiscard]] std::string report_answer(const SpoolRecord& record,
                                        const Result<SpoolAnswer>& answer);

/// The push stands and hookd does not know of it.
[[nodiscard]] std::string report_unrecorded(const Error& error);

}  // namespace hookd::hooks
