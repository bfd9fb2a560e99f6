#pragma once

#include "core/http/framing.hpp"
#include "core/http/message.hpp"

#include <string>
#include <string_view>

namespace hookd::http {

/// How a response goes over the wire.
struct Wire {
    enum class Length { counted, chunked, until_close };
    Length length = Length::counted;
    bool closes = false;
};

/// The status line and the fields with the empty line behind them. Fields that say how the body
/// is framed are ours: those of `response.headers` are left out; control bytes become spaces.
[[nodiscard]] std::string head_of(const Response& response, Wire wire);

/// Whether a response with this status has no body whatever the request was.
/// **Source:** RFC 9110 6.4.1.
[[nodiscard]] bool is_bodyless(int status);

/// One part of a chunked body, appended to `out`. **Requires:** `part` is not empty.
void append_chunk(std::string& out, std::string_view part);
inline constexpr std::string_view k_last_chunk = "0\r\n\r\n";

/// `{"error": "<reason>"}`.
[[nodiscard]] Response answer_to(const Refusal& refusal);

}  // namespace hookd::http
