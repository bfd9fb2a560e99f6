#pragma once

#include "core/base/error.hpp"
#include "core/http/message.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace hookd::api {

[[nodiscard]] http::Response json_answer(const nlohmann::ordered_json& body, int status = 200);

/// A problem object. **Source:** RFC 9457 3.
[[nodiscard]] http::Response problem(int status, std::string_view title, std::string_view detail);

/// The problem that an error of the queue is: 404, 400, 409, 503 or 500.
[[nodiscard]] http::Response problem(const Error& error);

}  // namespace hookd::api
