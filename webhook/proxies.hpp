#pragma once

#include "core/base/ip_address.hpp"
#include "core/http/message.hpp"

#include <span>
#include <string>
#include <vector>

namespace hookd::webhook {

/// Who may say on whose behalf a request comes.
class Proxies {
  public:
    /// Ranges of addresses, and "unix" for whoever connects to a Unix socket. What is none of
    /// these trusts nobody.
    explicit Proxies(std::span<const std::string> listed);

    /// The address that a request is judged by, and "" where it has none. As long as the peer is a
    /// listed proxy, the right-most hop of X-Forwarded-For that was not looked at is its peer; a
    /// hop that is no address ends the search. `Forwarded` is never read: a proxy sets one of the
    /// two and passes the other on as its client made it up.
    /// **Source:** threats.md T011; RFC 7239 5.2 for the form of a hop.
    [[nodiscard]] std::string judged_peer(const http::Head& head) const;

  private:
    [[nodiscard]] bool trusts(const std::string& peer) const;

    std::vector<IpNetwork> networks_;
    bool trusts_unix_ = false;
};

}  // namespace hookd::webhook
