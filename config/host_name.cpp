#include "config/host_name.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace hookd::config {
namespace {

constexpr std::size_t k_longest_name = 253;
constexpr std::string_view k_name = "0123456789abcdefghijklmnopqrstuvwxyz.-_";

std::optional<std::string> normal_ipv6(const std::string& text) {
    ::in6_addr address{};
    std::array<char, INET6_ADDRSTRLEN> normal{};
    if (::inet_pton(AF_INET6, text.c_str(), &address) != 1 ||
        ::inet_ntop(AF_INET6, &address, normal.data(), normal.size()) == nullptr) {
        return std::nullopt;
    }
    return normal.data();
}

}  // namespace

std::optional<std::string> normal_host(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        return normal_ipv6(std::string(text.substr(1, text.size() - 2)));
    }
    if (text.find(':') != std::string_view::npos) {
        return normal_ipv6(std::string(text));
    }
    if (text.ends_with('.')) {
        text.remove_suffix(1);
    }
    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const bool fits = !name.empty() && name.size() <= k_longest_name && name.front() != '.' &&
                      name.front() != '-' && name.find("..") == std::string::npos &&
                      name.find_first_not_of(k_name) == std::string::npos;
    return fits ? std::optional(std::move(name)) : std::nullopt;
}

}  // namespace hookd::config
