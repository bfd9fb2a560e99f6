#pragma once

#include "core/base/result.hpp"
#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "core/http/message.hpp"

#include <optional>
#include <string>

namespace hookd::api {

/// `?limit=`, 1 to 200; 50 where it is not given. **Errors:** invalid.
[[nodiscard]] inline Result<std::size_t> limit_of(const http::Head& head) {
    const auto text = head.query("limit");
    if (!text) {
        return std::size_t{50};
    }
    const auto number = parse_number(*text);
    if (!number || *number < 1 || *number > 200) {
        return fail(ErrorCode::invalid, "\"limit\" is a number from 1 to 200");
    }
    return static_cast<std::size_t>(*number);
}

/// A positive number in the path or the query. **Errors:** invalid, naming `what`.
[[nodiscard]] inline Result<std::int64_t> number_of(std::string_view text, std::string_view what) {
    const auto number = parse_number(text);
    if (!number || *number < 1 || *number > static_cast<std::uint64_t>(INT64_MAX)) {
        return fail(ErrorCode::invalid,
                    "\"" + printable_line(text) + "\" is no number of " + std::string(what));
    }
    return static_cast<std::int64_t>(*number);
}

/// An id of a `what`. **Errors:** invalid where `text` has not the form of one.
template <class Id>
[[nodiscard]] Result<Id> id_of(std::string_view text, std::string_view what) {
    if (!is_ulid(text)) {
        return fail(ErrorCode::invalid, "\"" + printable_line(text) + "\" is no " +
                                            std::string(what) + " id of 26 characters");
    }
    return Id(std::string(text));
}

}  // namespace hookd::api
