#include "api/answer.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

namespace hookd::api {

http::Response json_answer(const nlohmann::ordered_json& body, int status) {
    return http::Response{.status = status, .body = body.dump() + "\n", .headers = {}};
}

http::Response problem(int status, std::string_view title, std::string_view detail) {
    nlohmann::ordered_json body;
    body["type"] = "about:blank";
    body["title"] = title;
    body["status"] = status;
    body["detail"] = to_valid_utf8(detail);
    http::Response response = json_answer(body, status);
    response.content_type = "application/problem+json";
    if (status == 503) {
        response.headers.emplace_back("Retry-After", "5");
    }
    return response;
}

http::Response problem(const Error& error) {
    switch (error.code) {
        case ErrorCode::not_found:
            return problem(404, "Not Found", error.message);
        case ErrorCode::invalid:
            return problem(400, "Bad Request", error.message);
        case ErrorCode::exists:
        case ErrorCode::stale:
            return problem(409, "Conflict", error.message);
        case ErrorCode::denied:
            return problem(403, "Forbidden", error.message);
        case ErrorCode::unavailable:
        case ErrorCode::timeout:
            return problem(503, "Service Unavailable", error.message);
        case ErrorCode::failed:
            break;
    }
    return problem(500, "Internal Server Error", error.message);
}

}  // namespace hookd::api
