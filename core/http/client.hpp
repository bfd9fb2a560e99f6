#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookd::http {

struct ClientRequest {
    std::string method = "GET";
    std::string url;  ///< with a Unix socket the host is not looked up: "http://hookd/api/v1/runs"
    std::filesystem::path unix_socket;  ///< empty: TCP
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Milliseconds connect_time{5'000};
    Milliseconds total_time{60'000};  ///< 0: no end, for streams
};

struct ClientResponse {
    int status = 0;
    std::string body;
};

/// Sends one request; redirects are not followed. With `on_part` the body of a 2xx answer goes
/// there as it comes (return false to end it) and `ClientResponse::body` stays empty; the body of
/// any other answer is in `ClientResponse::body`, its first MiB.
/// **Errors:** unavailable (nobody there, or it broke off), timeout, invalid (the URL, a header),
/// failed (more than 64 MiB without `on_part`, TLS). Messages name the host, never path or query.
/// **Thread:** any. **Source:** libcurl's easy interface.
[[nodiscard]] Result<ClientResponse> send(
    const ClientRequest& request, const std::function<bool(std::string_view)>& on_part = {});

}  // namespace hookd::http
