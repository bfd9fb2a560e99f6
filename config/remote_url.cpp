#include "config/remote_url.hpp"

#include "config/message.hpp"
#include "core/base/text.hpp"

#include <arpa/inet.h>

namespace hookd::config {
namespace {

constexpr std::string_view k_letters_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::uint64_t k_highest_port = 65535;

bool has_only(std::string_view text, std::string_view more) {
    return text.find_first_not_of(std::string(k_letters_digits) + std::string(more)) ==
           std::string_view::npos;
}

/// Four numbers with dots between, none with a leading zero: the one way everybody reads alike.
bool is_loopback(const std::string& host) {
    ::in_addr four{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) {
        return host.starts_with("127.");
    }
    return host == "localhost" || host == "[::1]";
}

bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        ::in6_addr six{};
        return host.ends_with(']') &&
               ::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &six) ==
                   1;
    }
    return !host.empty() && host.front() != '-' && has_only(host, ".-");
}

bool is_port(std::string_view port) {
    const auto number = parse_number(port);
    return number && *number > 0 && *number <= k_highest_port;
}

}  // namespace

Result<RemoteUrl> parse_remote_url(std::string_view text) {
    const auto wrong = [&text](const std::string& what) {
        return fail(ErrorCode::invalid, quote(text) + " " + what);
    };
    RemoteUrl url;
    std::string_view rest = text;
    if (text.starts_with("https://")) {
        url.is_encrypted = true;
        rest.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return wrong("must start with https:// or http://");
    }
    const std::string_view authority = rest.substr(0, rest.find('/'));
    const std::string_view path = rest.substr(authority.size());
    if (authority.find('@') != std::string_view::npos) {
        return wrong("must not name a user: \"user\" and \"password\" are keys of their own");
    }
    const auto colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    const std::string_view host = has_port ? authority.substr(0, colon) : authority;
    if (!is_host(host) || (has_port && !is_port(authority.substr(colon + 1)))) {
        return wrong("names no host that can be reached: write https://HOST/PATH");
    }
    if (!has_only(path, "._~-/%+")) {
        return wrong("must be a plain URL, without query and fragment");
    }
    url.is_loopback = is_loopback(std::string(host));
    url.text = text;
    while (url.text.ends_with('/')) {
        url.text.pop_back();
    }
    return url;
}

}  // namespace hookd::config
