#pragma once

#include "config/configuration.hpp"
#include "core/model/names.hpp"
#include "webhook/provider.hpp"
#include "webhook/signature.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hookd::webhook {

/// One door for deliveries, ready for use.
struct Endpoint {
    std::string path;
    const Provider* provider = nullptr;
    std::vector<Key> keys;
    std::vector<std::string> repositories;  ///< patterns

    /// Whether it was given this repository. An empty list gives none.
    [[nodiscard]] bool may_speak_for(const RepositoryName& repository) const;
};

/// The endpoints of one configuration, found by the request's target exactly as it was sent: a
/// path written in another way is another path. **Thread:** any; it does not change.
class EndpointTable {
  public:
    explicit EndpointTable(const config::Configuration& configuration);

    [[nodiscard]] const Endpoint* find(std::string_view target) const;
    /// What of the configuration could not be used, one line each. An endpoint of which that is
    /// so lets nothing in that it otherwise would not.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::unordered_map<std::string, Endpoint, TextHash, std::equal_to<>> endpoints_;
    std::vector<std::string> problems_;
};

}  // namespace hookd::webhook
