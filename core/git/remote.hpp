#pragma once

#include "core/base/result.hpp"
#include "core/git/repository.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hookd::git {

/// Gives the body of what is at an http or https URL. Who asks decides how it is reached, and for
/// how long and how much.
using Get = std::function<Result<std::string>(const std::string& url)>;

/// The refs that the smart HTTP server at `url` shows, sorted by name; nothing is fetched.
/// libgit2 speaks the protocol, `get` is its only way to the network: its own would follow
/// redirects, dial any address and wait for ever.
/// **Errors:** those of `get`; failed: what came is not the protocol.
/// **Thread:** any. **Source:** gitprotocol-http(5), "Smart Clients"; threats.md T075.
[[nodiscard]] Result<std::vector<RefPosition>> list_remote(const std::string& url, const Get& get);

}  // namespace hookd::git
