#include "webhook/host.hpp"

#include "config/host_name.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hookd::webhook {
namespace {

/// The host of "host[:port]"; nothing where that is malformed. An IPv6 address has brackets.
std::optional<std::string_view> without_port(std::string_view text) {
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    if (bracket == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t colon = text.find(':', bracket);
    const std::string_view host = text.substr(0, colon);
    const std::string_view port =
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    return port.find_first_not_of("0123456789") == std::string_view::npos ? std::optional(host)
                                                                          : std::nullopt;
}

}  // namespace

bool is_meant_for(const std::vector<std::string>& hosts, const http::Head& head) {
    if (hosts.empty()) {
        return true;
    }
    const auto host = without_port(head.headers.only("Host").value_or(std::string_view()));
    const auto name = host ? config::normal_host(*host) : std::nullopt;
    return name && std::find(hosts.begin(), hosts.end(), *name) != hosts.end();
}

}  // namespace hookd::webhook
