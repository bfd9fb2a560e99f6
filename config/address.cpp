#include "config/address.hpp"

#include "core/base/text.hpp"

#include <limits>
#include <string>

namespace hookd::config {
namespace {

constexpr std::string_view k_hex_and_colon = "0123456789abcdefABCDEF:.";
constexpr std::string_view k_host =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-";

bool consists_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

Result<ListenAddress> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    std::string_view host = text.substr(0, colon);
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets) {
        host = host.substr(1, host.size() - 2);
    }
    const bool host_fits =
        in_brackets ? consists_of(host, k_hex_and_colon) && host.find(':') != std::string_view::npos
                    : consists_of(host, k_host);
    if (colon == std::string_view::npos || !host_fits) {
        return fail(ErrorCode::invalid,
                    "\"" + std::string(text) +
                        "\" is no address: write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080");
    }
    const auto port = parse_number(text.substr(colon + 1));
    if (!port || *port > std::numeric_limits<std::uint16_t>::max()) {
        return fail(ErrorCode::invalid, "\"" + std::string(text.substr(colon + 1)) +
                                            "\" is no port: a number from 0 (any free one) to "
                                            "65535 must follow the colon");
    }
    return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

bool is_loopback(const ListenAddress& address) {
    return address.host == "localhost" || address.host == "::1" ||
           (address.host.starts_with("127.") && consists_of(address.host, "0123456789."));
}

}  // namespace hookd::config
