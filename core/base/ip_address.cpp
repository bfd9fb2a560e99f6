#include "core/base/ip_address.hpp"

#include "core/base/text.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace hookd {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr std::size_t k_bytes4 = 4;
constexpr int k_bits4 = 32;
constexpr int k_bits6 = 128;
constexpr int k_mapped_bits = 96;
constexpr std::array<std::uint8_t, 12> k_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// The bytes with every bit behind the first `bits` cleared.
Bytes masked(Bytes bytes, int bits) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int kept = std::clamp(bits - static_cast<int>(i) * 8, 0, 8);
        bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> static_cast<unsigned>(kept)));
    }
    return bytes;
}

tl::unexpected<Error> no_network(std::string_view text) {
    return fail(ErrorCode::invalid, "\"" + std::string(text) +
                                        "\" is no range of addresses: write 192.0.2.0/24, "
                                        "2001:db8::/32 or one address");
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string copy(text);
    // inet_pton reads up to a NUL.
    if (copy.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    IpAddress address;
    if (::inet_pton(AF_INET, copy.c_str(), address.bytes_.data()) == 1) {
        address.is_v4_ = true;
        return address;
    }
    if (::inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) != 1) {
        return std::nullopt;
    }
    if (std::equal(k_mapped.begin(), k_mapped.end(), address.bytes_.begin())) {
        std::copy_n(address.bytes_.begin() + k_mapped.size(), k_bytes4, address.bytes_.begin());
        std::fill(address.bytes_.begin() + k_bytes4, address.bytes_.end(), std::uint8_t{0});
        address.is_v4_ = true;
    }
    return address;
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view start = text.substr(0, slash);
    auto first = IpAddress::parse(start);
    if (!first) {
        return no_network(text);
    }
    int bits = first->is_v4_ ? k_bits4 : k_bits6;
    if (slash != std::string_view::npos) {
        const bool is_mapped = first->is_v4_ && start.find(':') != std::string_view::npos;
        const int before = is_mapped ? k_mapped_bits : 0;
        const auto prefix = parse_number(text.substr(slash + 1));
        if (!prefix || *prefix > static_cast<std::uint64_t>(bits + before) ||
            static_cast<int>(*prefix) < before) {
            return no_network(text);
        }
        bits = static_cast<int>(*prefix) - before;
    }
    const Bytes wanted = masked(first->bytes_, bits);
    if (wanted != first->bytes_) {
        first->bytes_ = wanted;
        return fail(ErrorCode::invalid, "\"" + std::string(text) +
                                            "\" has bits set behind its prefix: the range that "
                                            "it lies in is " +
                                            first->text() + "/" + std::to_string(bits));
    }
    return IpNetwork(*first, bits);
}

bool IpNetwork::contains(const IpAddress& address) const {
    return address.is_v4_ == first_.is_v4_ && masked(address.bytes_, bits_) == first_.bytes_;
}

}  // namespace hookd
