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

/// Which addresses a request may go to. Whatever the URL or a resolver says, the address that is
/// dialled is judged, at the moment it is dialled (threats.md T075).
enum class Reach {
    anywhere,               ///< a person names the URL
    internet,               ///< public addresses only
    internet_and_loopback,  ///< and this machine
    internet_and_home,      ///< and this machine and private networks
};

struct ClientRequest {
    std::string method = "GET";
    std::string url;  ///< with a Unix socket the host is not looked up: "http://hookd/api/v1/runs"
    std::filesystem::path unix_socket;  ///< empty: TCP
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Milliseconds connect_time{5'000};
    Milliseconds total_time{60'000};                 ///< 0: no end, for streams
    std::size_t most_bytes = std::size_t{64} << 20;  ///< of an answer that is not streamed
    /// Other than `anywhere` no proxy of the environment is used: its address would be the one
    /// that is judged.
    Reach reach = Reach::anywhere;
    /// Asked now and then; true ends the request.
    std::function<bool()> stop{};
    /// Answers in place of the resolver's: "host:port:address[,address]".
    std::vector<std::string> resolved{};
};

struct ClientResponse {
    int status = 0;
    /// Of the answer, in order; names in lower case.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first value; empty where there is none.
    [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
};

/// Sends one request; redirects are not followed. With `on_part` the body of a 2xx answer goes
/// there as it comes (return false to end it) and `ClientResponse::body` stays empty; the body of
/// any other answer is in `ClientResponse::body`, its first MiB.
/// **Errors:** unavailable (nobody there, or it broke off), timeout, invalid (the URL, a header),
/// denied (an address that is out of reach), failed (more than `most_bytes`, TLS). Messages name
/// the host, never path or query.
/// **Thread:** any. **Source:** libcurl's easy interface.
[[nodiscard]] Result<ClientResponse> send(
    const ClientRequest& request, const std::function<bool(std::string_view)>& on_part = {});

}  // namespace hookd::http
