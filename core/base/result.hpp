#pragma once

#include "core/base/error.hpp"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace hookd {

/// A value, or the error that says why there is none. C++20 has no std::expected.
template <class T>
using Result = tl::expected<T, Error>;

/// For functions that only succeed or fail.
using Status = Result<void>;

/// `return fail(ErrorCode::invalid, "...")` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(std::string message) {
    return fail(ErrorCode::failed, std::move(message));
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

/// Message of `errno` behind `what`: "cannot open \"x\": No such file or directory".
[[nodiscard]] tl::unexpected<Error> fail_errno(std::string what);

}  // namespace hookd
