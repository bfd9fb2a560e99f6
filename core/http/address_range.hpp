#pragma once

#include <string>

struct sockaddr;

namespace hookd::http {

/// What kind of place an address is.
enum class AddressRange {
    internet,
    loopback,   ///< this machine
    home,       ///< a private network: RFC 1918, shared (RFC 6598), unique local, benchmarking
    forbidden,  ///< link-local, multicast, unspecified, documentation, reserved
};

/// Judges by the address that would be dialled. An IPv4 address inside an IPv6 one (mapped,
/// NAT64, 6to4) is judged as itself.
/// **Source:** IANA's registries of special-purpose addresses (RFC 6890); threats.md T075.
[[nodiscard]] AddressRange range_of(const ::sockaddr& address);

/// As numbers, for messages.
[[nodiscard]] std::string to_text(const ::sockaddr& address);

}  // namespace hookd::http
