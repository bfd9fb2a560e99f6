#include "core/http/address_range.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace hookd::http {
namespace {

struct Block4 {
    std::uint32_t start;
    int bits;
    AddressRange range;
};

using enum AddressRange;

constexpr std::array k_blocks4 = {
    Block4{0x00000000, 8, forbidden},  // this network
    Block4{0x0A000000, 8, home},       // private
    Block4{0x64400000, 10, home},      // shared by a carrier's customers
    Block4{0x7F000000, 8, loopback},
    Block4{0xA9FE0000, 16, forbidden},  // link-local: a cloud's metadata
    Block4{0xAC100000, 12, home},       // private
    Block4{0xC0000000, 24, forbidden},  // protocol assignments
    Block4{0xC0000200, 24, forbidden},  // documentation
    Block4{0xC0586300, 24, forbidden},  // 6to4 relays
    Block4{0xC0A80000, 16, home},       // private
    Block4{0xC6120000, 15, home},       // benchmarking
    Block4{0xC6336400, 24, forbidden},  // documentation
    Block4{0xCB007100, 24, forbidden},  // documentation
    Block4{0xE0000000, 3, forbidden},   // multicast and reserved
};

using Bytes16 = std::array<std::uint8_t, 16>;

struct Block6 {
    Bytes16 start;
    int bits;
    AddressRange range;
};

constexpr std::array k_blocks6 = {
    Block6{{0, 0x64, 0xff, 0x9b, 0, 1}, 48, home},    // NAT64 of a private network
    Block6{{0x20, 0x01, 0x0d, 0xb8}, 32, forbidden},  // documentation
    Block6{{0x20, 0x01, 0, 0}, 23, forbidden},        // protocol assignments, Teredo
    Block6{{0xfc}, 7, home},                          // unique local
    Block6{{0x20}, 3, internet},                      // all that is given out
};

AddressRange range_of4(std::uint32_t address) {
    for (const Block4& block : k_blocks4) {
        if ((address ^ block.start) >> (32 - block.bits) == 0) {
            return block.range;
        }
    }
    return internet;
}

bool lies_in(const Bytes16& address, const Bytes16& start, int bits) {
    for (int i = 0; i < bits; ++i) {
        const auto byte = static_cast<std::size_t>(i / 8);
        const int bit = 0x80 >> (i % 8);
        if (((address[byte] ^ start[byte]) & bit) != 0) {
            return false;
        }
    }
    return true;
}

std::uint32_t four_at(const Bytes16& address, std::size_t at) {
    return std::uint32_t{address[at]} << 24U | std::uint32_t{address[at + 1]} << 16U |
           std::uint32_t{address[at + 2]} << 8U | std::uint32_t{address[at + 3]};
}

AddressRange range_of6(const Bytes16& address) {
    constexpr Bytes16 k_loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    constexpr Bytes16 k_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr Bytes16 k_nat64{0, 0x64, 0xff, 0x9b};
    constexpr Bytes16 k_6to4{0x20, 0x02};
    if (address == k_loopback) {
        return loopback;
    }
    if (lies_in(address, k_mapped, 96) || lies_in(address, k_nat64, 96)) {
        return range_of4(four_at(address, 12));
    }
    if (lies_in(address, k_6to4, 16)) {
        return range_of4(four_at(address, 2));
    }
    for (const Block6& block : k_blocks6) {
        if (lies_in(address, block.start, block.bits)) {
            return block.range;
        }
    }
    return forbidden;
}

}  // namespace

AddressRange range_of(const ::sockaddr& address) {
    if (address.sa_family == AF_INET) {
        ::sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return range_of4(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        ::sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        Bytes16 bytes{};
        std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
        return range_of6(bytes);
    }
    return forbidden;
}

std::string to_text(const ::sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.sa_family == AF_INET) {
        ::sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    } else if (address.sa_family == AF_INET6) {
        ::sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    }
    return text.data();
}

}  // namespace hookd::http
