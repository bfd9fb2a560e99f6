#pragma once

#include "core/http/message.hpp"

#include <string>
#include <vector>

namespace hookd::webhook {

/// Whether a request is meant for one of `hosts`, which are as config::normal_host writes them;
/// the port does not count. With none of them, every request is. **Source:** RFC 9110 7.2
/// and 15.5.20; threats.md T019.
[[nodiscard]] bool is_meant_for(const std::vector<std::string>& hosts, const http::Head& head);

}  // namespace hookd::webhook
