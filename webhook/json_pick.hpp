#pragma once

#include "core/base/result.hpp"
#include "webhook/selection.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string_view>

namespace hookd::webhook {

/// What a foreign document may be. Anything beyond is refused, but for what is kept: then further
/// elements of arrays are left out, see Kept::cut.
struct PickLimits {
    std::size_t depth = 64;
    std::size_t values = 2'000'000;
    std::size_t string_bytes = std::size_t{1} << 20;
    std::size_t names = 1024;                       ///< in one object
    std::size_t elements = 32'768;                  ///< kept
    std::size_t kept_bytes = std::size_t{4} << 20;  ///< what is kept takes, roughly
};

enum class Kept {
    whole,
    cut,  ///< elements of arrays were left out; everything else that was wanted is there
};

/// Reads the whole of `text` strictly and keeps in `document` what `wanted` names: so memory
/// follows what is wanted, not what is sent. Wanted scalars are kept also where the selection goes
/// on below them, so that null and an object can be told apart.
/// **Errors:** invalid: no JSON, trailing data, invalid UTF-8, a lone surrogate, a number that is
/// not finite or a whole one beyond 64 bits, NUL in a string, one name twice in an object, a limit.
/// **Source:** RFC 8259; threats.md T018.
[[nodiscard]] Result<Kept> pick(std::string_view text, const Selection& wanted,
                                nlohmann::json& document, const PickLimits& limits = {});

}  // namespace hookd::webhook
