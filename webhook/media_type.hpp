#pragma once

#include "core/http/message.hpp"

namespace hookd::webhook {

enum class Body {
    json,  ///< application/json
    form,  ///< application/x-www-form-urlencoded
    unsupported,
};

/// What the head says of its body. One Content-Type, in UTF-8 if it names a charset, and no
/// Content-Encoding; anything else is unsupported. **Source:** RFC 9110 8.3, 8.4.
[[nodiscard]] Body body_of(const http::Headers& headers);

}  // namespace hookd::webhook
