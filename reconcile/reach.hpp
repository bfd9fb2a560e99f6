#pragma once

#include "config/remote_url.hpp"
#include "core/http/client.hpp"

#include <string>

namespace hookd::reconcile {

/// How far a configured URL leads: to the internet; to this machine where the URL itself says so;
/// to private networks where the configuration allows it.
[[nodiscard]] inline http::Reach reach_of(const std::string& url, bool allow_private) {
    if (allow_private) {
        return http::Reach::internet_and_home;
    }
    const auto parsed = config::parse_remote_url(url);
    return parsed && parsed->is_loopback ? http::Reach::internet_and_loopback
                                         : http::Reach::internet;
}

}  // namespace hookd::reconcile
