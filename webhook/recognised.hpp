#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "webhook/json_pick.hpp"
#include "webhook/provider.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string_view>
#include <vector>

// How most providers are read: a row for each event name that means something to us.
namespace hookd::webhook {

using Events = std::vector<Event>;

enum class OfRepository {
    always,
    maybe,  ///< also sent for an organization, an app, an instance
};

/// An event that a provider sends.
struct Recognised {
    std::string_view event;
    const Selection& (*wanted)();  ///< what is kept of its body
    OfRepository repository;
    /// Completes the one event that is there with its repository, or makes several or none of it.
    Status (*read)(Events& events, const nlohmann::json& json, Kept kept);
};

/// What the bodies of a provider have in common.
struct Recognition {
    std::span<const Recognised> known;
    Recognised unknown;
    /// Whether the body can be one of this event; where it names the event itself, for one.
    /// Null: nothing says so.
    Status (*check)(const ProviderRequest& request, const nlohmann::json& json);
    Result<RepositoryName> (*repository)(const nlohmann::json& json, OfRepository of);
    /// Sets what does not depend on the kind of event: who acted, the provider's action word.
    void (*describe)(Event& event, const ProviderRequest& request, const nlohmann::json& json);
};

/// **Errors:** as `Provider::normalize`.
[[nodiscard]] Result<Events> normalize_recognised(const Recognition& recognition,
                                                  const ProviderRequest& request);

/// The repository in `repository/full_name`, where most providers name it.
[[nodiscard]] Result<RepositoryName> full_name_of_repository(const nlohmann::json& json,
                                                             OfRepository of);

/// For events of which no more is told than that they were.
[[nodiscard]] Status read_nothing(Events& events, const nlohmann::json& json, Kept kept);
[[nodiscard]] Status read_ping(Events& events, const nlohmann::json& json, Kept kept);

}  // namespace hookd::webhook
