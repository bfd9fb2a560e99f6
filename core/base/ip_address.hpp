#pragma once

#include "core/base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookd {

/// An address of the internet protocol. An IPv4 address inside an IPv6 one (mapped) is the IPv4
/// address.
class IpAddress {
  public:
    /// Numbers only: no name, no port, no zone. **Source:** inet_pton(3).
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] std::string text() const;
    bool operator==(const IpAddress&) const = default;

  private:
    friend class IpNetwork;
    IpAddress() = default;

    std::array<std::uint8_t, 16> bytes_{};  ///< IPv4: the first four
    bool is_v4_ = false;
};

/// A range of addresses that begin alike.
class IpNetwork {
  public:
    /// "192.0.2.0/24", "2001:db8::/32", or one address. **Errors:** invalid: also where bits are
    /// set behind the prefix, for then it is not clear what was meant. **Source:** RFC 4632 3.1.
    [[nodiscard]] static Result<IpNetwork> parse(std::string_view text);

    [[nodiscard]] bool contains(const IpAddress& address) const;

  private:
    IpNetwork(IpAddress first, int bits) : first_(first), bits_(bits) {}

    IpAddress first_;
    int bits_;
};

}  // namespace hookd
