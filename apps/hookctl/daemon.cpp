#include "apps/hookctl/daemon.hpp"

#include "core/http/client.hpp"

#include <nlohmann/json.hpp>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

ErrorCode code_of(int status) {
    switch (status) {
        case 400:
            return ErrorCode::invalid;
        case 401:
        case 403:
            return ErrorCode::denied;
        case 404:
            return ErrorCode::not_found;
        case 503:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::failed;
    }
}

tl::unexpected<Error> problem_of(const http::ClientResponse& response) {
    const Json body = Json::parse(response.body, nullptr, false);
    const std::string detail = body.is_object() ? body.value("detail", "") : "";
    return fail(code_of(response.status),
                detail.empty() ? "hookd answered " + std::to_string(response.status) : detail);
}

bool is_success(int status) {
    return status >= 200 && status < 300;
}

}  // namespace

std::string query_value(std::string_view text) {
    constexpr std::string_view k_digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += k_digits[byte >> 4U];
            encoded += k_digits[byte & 15U];
        }
    }
    return encoded;
}

Result<std::string> Daemon::request(const std::string& method, const std::string& target,
                                    std::string body, Headers headers) const {
    http::ClientRequest request;
    request.method = method;
    request.url = "http://hookd" + target;
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.unix_socket = socket_;
    const auto response = http::send(request);
    if (!response) {
        return fail(ErrorCode::unavailable, "no daemon answers on \"" + socket_.string() +
                                                "\"; is hookd running? --server names another");
    }
    if (!is_success(response->status)) {
        return problem_of(*response);
    }
    return response->body;
}

Result<std::string> Daemon::get_text(const std::string& target) const {
    return request("GET", target);
}

Result<Json> Daemon::get(const std::string& target) const {
    const auto body = request("GET", target);
    if (!body) {
        return fail(body.error());
    }
    return Json::parse(*body, nullptr, false);
}

Result<Json> Daemon::post(const std::string& target, std::string body, Headers headers) const {
    const auto answer = request("POST", target, std::move(body), std::move(headers));
    if (!answer) {
        return fail(answer.error());
    }
    return Json::parse(*answer, nullptr, false);
}

Status Daemon::stream(const std::string& target, const std::string& last_event_id,
                      const std::function<bool(std::string_view)>& on_part) const {
    http::ClientRequest request;
    request.url = "http://hookd" + target;
    request.unix_socket = socket_;
    request.total_time = Milliseconds{0};
    if (!last_event_id.empty()) {
        request.headers.emplace_back("Last-Event-ID", last_event_id);
    }
    bool wanted = true;
    const auto response = http::send(request, [&](std::string_view part) {
        wanted = on_part(part);
        return wanted;
    });
    if (!wanted) {
        return {};
    }
    if (!response) {
        return fail(ErrorCode::unavailable, "lost the daemon: " + response.error().message);
    }
    if (!is_success(response->status)) {
        return problem_of(*response);
    }
    return {};
}

}  // namespace hookd::hookctl
