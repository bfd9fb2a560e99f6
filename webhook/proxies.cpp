#include "webhook/proxies.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hookd::webhook {
namespace {

constexpr std::string_view k_header = "X-Forwarded-For";

/// An address with or without a port: 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1]:80.
std::optional<IpAddress> address_of(std::string_view hop) {
    if (hop.starts_with('[')) {
        const std::size_t end = hop.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view rest = hop.substr(end + 1);
        const bool has_port = rest.starts_with(':') && parse_number(rest.substr(1));
        return rest.empty() || has_port ? IpAddress::parse(hop.substr(1, end - 1)) : std::nullopt;
    }
    if (std::count(hop.begin(), hop.end(), ':') == 1) {
        const std::size_t colon = hop.find(':');
        return parse_number(hop.substr(colon + 1)) ? IpAddress::parse(hop.substr(0, colon))
                                                   : std::nullopt;
    }
    return IpAddress::parse(hop);
}

/// All hops as they are listed, the nearest last. Several headers are one list.
std::vector<std::string_view> hops_of(const http::Headers& headers) {
    std::vector<std::string_view> hops;
    for (const auto& [name, value] : headers.all()) {
        if (http::same_field_name(name, k_header)) {
            const auto listed = split(value, ',');
            hops.insert(hops.end(), listed.begin(), listed.end());
        }
    }
    return hops;
}

}  // namespace

Proxies::Proxies(std::span<const std::string> listed) {
    for (const std::string& each : listed) {
        if (each == "unix") {
            trusts_unix_ = true;
        } else if (const auto network = IpNetwork::parse(each)) {
            networks_.push_back(*network);
        }
    }
}

bool Proxies::trusts(const std::string& peer) const {
    if (peer.empty()) {
        return trusts_unix_;
    }
    const auto address = IpAddress::parse(peer);
    return address && std::any_of(networks_.begin(), networks_.end(),
                                  [&](const IpNetwork& each) { return each.contains(*address); });
}

std::string Proxies::judged_peer(const http::Head& head) const {
    std::string peer = head.peer;
    if (!trusts(peer)) {
        return peer;
    }
    const auto hops = hops_of(head.headers);
    for (auto hop = hops.rbegin(); hop != hops.rend() && trusts(peer); ++hop) {
        const auto address = address_of(trim(*hop));
        if (!address) {
            break;
        }
        peer = address->text();
    }
    return peer;
}

}  // namespace hookd::webhook
