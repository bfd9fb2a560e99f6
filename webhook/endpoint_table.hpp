#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "core/base/ip_address.hpp"
#include "core/model/names.hpp"
#include "webhook/generic_sender.hpp"
#include "webhook/proof_work.hpp"
#include "webhook/provider.hpp"
#include "webhook/proxies.hpp"
#include "webhook/signature.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hookd::webhook {

/// One door for deliveries, ready for use.
struct Endpoint {
    std::string path;
    const Provider* provider = nullptr;
    std::vector<Key> keys;  ///< those that last longest first
    /// Of each key: it counts before this moment only.
    std::vector<WallTime> ends;
    std::vector<std::string> repositories;        ///< patterns
    std::unique_ptr<const GenericSender> sender;  ///< of the provider `generic`; else null
    /// Nothing: any peer may send.
    std::optional<std::vector<IpNetwork>> peers;
    std::optional<config::RateLimit> rate;
    std::uint64_t body_bytes = std::numeric_limits<std::uint64_t>::max();
    bool takes_json = true;
    bool takes_form = true;

    /// Whether it was given this repository. An empty list gives none.
    [[nodiscard]] bool may_speak_for(const RepositoryName& repository) const;
    [[nodiscard]] bool lets_in(const std::string& peer) const;
    /// How many of `keys`, from the first on, count at this moment.
    [[nodiscard]] std::size_t live_keys(WallTime now) const;
    [[nodiscard]] ProofWork work(const http::Headers& headers) const;
    /// Names of headers that hold a secret of this endpoint as it is.
    [[nodiscard]] std::vector<std::string> secret_headers() const;
};

/// The endpoints of one configuration, found by the request's target exactly as it was sent: a
/// path written in another way is another path. **Thread:** any; it does not change.
class EndpointTable {
  public:
    explicit EndpointTable(const config::Configuration& configuration);

    [[nodiscard]] const Endpoint* find(std::string_view target) const;
    [[nodiscard]] const Proxies& proxies() const { return proxies_; }
    /// The most that checking the proof of such a request costs at any endpoint.
    [[nodiscard]] const ProofWork& most_work(const http::Headers& headers) const;
    /// What of the configuration could not be used, one line each. An endpoint of which that is
    /// so lets nothing in that it otherwise would not.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    /// How the senders of all generic endpoints are proven, each once.
    [[nodiscard]] std::span<const config::SenderProof> proofs() const { return proofs_; }
    /// Of all endpoints.
    [[nodiscard]] std::vector<std::string> secret_headers() const;

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    [[nodiscard]] std::optional<Endpoint> make(const config::Endpoint& configured);
    void add_keys(const config::Endpoint& configured, Endpoint& endpoint);

    std::unordered_map<std::string, Endpoint, TextHash, std::equal_to<>> endpoints_;
    Proxies proxies_;
    ProofWork most_as_json_;
    ProofWork most_as_form_;
    std::vector<std::string> problems_;
    std::vector<config::SenderProof> proofs_;
};

}  // namespace hookd::webhook
