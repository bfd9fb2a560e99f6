#include "api/routes.hpp"

#include "core/base/text.hpp"

#include <array>

namespace hookd::api {
namespace {

constexpr std::array k_routes = {
    Route{"GET", "/api/v1/events", list_events},
    Route{"GET", "/api/v1/events/{event}", show_event},
    Route{"GET", "/api/v1/events/{event}/decisions", show_decisions},
    Route{"GET", "/api/v1/events/{event}/deliveries", list_deliveries},
    Route{"POST", "/api/v1/events/{event}/replay", replay_event},
    Route{"GET", "/api/v1/deliveries", find_deliveries},
    Route{"GET", "/api/v1/deliveries/{delivery}", show_delivery},
    Route{"GET", "/api/v1/deliveries/{delivery}/body", show_delivery_body},
    Route{"POST", "/api/v1/deliveries/{delivery}/replay", replay_delivery},
    Route{"GET", "/api/v1/runs", list_runs},
    Route{"GET", "/api/v1/runs/{run}", show_run},
    Route{"GET", k_log_pattern, show_log},
    Route{"GET", "/api/v1/deployments", list_deployments},
    Route{"GET", "/api/v1/queue", show_queue},
    Route{"POST", "/api/v1/reload", reload},
    Route{"GET", "/api/v1/reconcile", show_reconcile},
    Route{"POST", "/api/v1/reconcile", start_reconcile},
    Route{"POST", k_explain_pattern, explain},
    Route{"GET", "/healthz", health},
    Route{"GET", "/readyz", readiness},
};

}  // namespace

std::span<const Route> routes() {
    return k_routes;
}

std::optional<PathValues> match_path(std::string_view pattern, std::string_view path) {
    const auto wanted = split(pattern, '/');
    const auto given = split(path, '/');
    if (wanted.size() != given.size()) {
        return std::nullopt;
    }
    PathValues values;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{') && !given[i].empty()) {
            values.emplace(wanted[i].substr(1, wanted[i].size() - 2), given[i]);
        } else if (wanted[i] != given[i]) {
            return std::nullopt;
        }
    }
    return values;
}

}  // namespace hookd::api
