#pragma once

#include "core/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookd::hookctl {

/// The daemon's HTTP API, over its Unix socket.
/// **Errors:** unavailable where nobody answers; the API's own problems with their detail.
class Daemon {
  public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    explicit Daemon(std::filesystem::path socket) : socket_(std::move(socket)) {}

    [[nodiscard]] Result<nlohmann::ordered_json> get(const std::string& target) const;
    [[nodiscard]] Result<nlohmann::ordered_json> post(const std::string& target,
                                                      std::string body = {},
                                                      Headers headers = {}) const;
    /// The body as it is, such as a log.
    [[nodiscard]] Result<std::string> get_text(const std::string& target) const;
    /// A body without end: `on_part` gets it as it comes and returns false to stop.
    [[nodiscard]] Status stream(const std::string& target, const std::string& last_event_id,
                                const std::function<bool(std::string_view)>& on_part) const;

  private:
    [[nodiscard]] Result<std::string> request(const std::string& method, const std::string& target,
                                              std::string body = {}, Headers headers = {}) const;
    std::filesystem::path socket_;
};

/// A value for a query: everything but unreserved characters is percent-encoded.
/// **Source:** RFC 3986 2.3.
[[nodiscard]] std::string query_value(std::string_view text);

}  // namespace hookd::hookctl
