#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace hookd {

/// Kinds of failure that a caller may want to tell apart; everything else is `failed`.
enum class ErrorCode {
    failed,
    invalid,      ///< the input is wrong; repeating it changes nothing
    not_found,    ///< what was named is not there
    exists,       ///< what should be made is there already and is different
    denied,       ///< not allowed
    stale,        ///< the caller no longer holds what it writes about (an old fence)
    unavailable,  ///< cannot be done now: stopping, full, not reachable
    timeout,
};

/// An expected failure: what went wrong in one line, lower case, the subject in quotes, and what
/// would be right. Never holds a secret.
struct Error {
    ErrorCode code = ErrorCode::failed;
    std::string message;

    /// The same error with `what` in front: "what: message".
    [[nodiscard]] Error in(std::string_view what) const {
        return Error{code, std::string(what) + ": " + message};
    }

    bool operator==(const Error&) const = default;
};

}  // namespace hookd
