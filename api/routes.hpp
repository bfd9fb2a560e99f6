#pragma once

#include "api/context.hpp"
#include "core/http/message.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookd::api {

class ChangeStream;
class LogStream;

/// Values of the `{name}` segments of a route's pattern.
using PathValues = std::map<std::string, std::string, std::less<>>;

struct Call {
    const Context& context;
    const http::Request& request;
    const PathValues& path;
};

/// One thing the API can be asked. Described in api/openapi.yaml.
struct Route {
    std::string_view method;
    std::string_view pattern;  ///< "/api/v1/runs/{id}"
    http::Response (*answer)(const Call& call);
};

/// All routes that are answered at once, in the order of api/openapi.yaml. The two that stream
/// (`k_log_pattern` with `?follow`, `k_stream_pattern`) are the service's own.
[[nodiscard]] std::span<const Route> routes();

inline constexpr std::string_view k_stream_pattern = "/api/v1/stream";
inline constexpr std::string_view k_explain_pattern = "/api/v1/explain";
inline constexpr std::string_view k_log_pattern =
    "/api/v1/runs/{run}/actions/{action}/attempts/{attempt}/log";

/// The values if `path` has the form of `pattern`.
[[nodiscard]] std::optional<PathValues> match_path(std::string_view pattern, std::string_view path);

// One function a route, by file: route_deliveries.cpp, route_events.cpp, route_explain.cpp,
// route_replay.cpp, route_runs.cpp, route_server.cpp.
[[nodiscard]] http::Response list_events(const Call& call);
[[nodiscard]] http::Response show_event(const Call& call);
[[nodiscard]] http::Response show_decisions(const Call& call);
[[nodiscard]] http::Response list_deliveries(const Call& call);
[[nodiscard]] http::Response replay_event(const Call& call);
[[nodiscard]] http::Response replay_delivery(const Call& call);
[[nodiscard]] http::Response find_deliveries(const Call& call);
[[nodiscard]] http::Response show_delivery(const Call& call);
[[nodiscard]] http::Response show_delivery_body(const Call& call);
[[nodiscard]] http::Response list_runs(const Call& call);
[[nodiscard]] http::Response show_run(const Call& call);
[[nodiscard]] http::Response show_log(const Call& call);
[[nodiscard]] http::Response list_deployments(const Call& call);
[[nodiscard]] http::Response show_queue(const Call& call);
[[nodiscard]] http::Response reload(const Call& call);
[[nodiscard]] http::Response show_reconcile(const Call& call);
[[nodiscard]] http::Response start_reconcile(const Call& call);
[[nodiscard]] http::Response explain(const Call& call);
[[nodiscard]] http::Response health(const Call& call);
[[nodiscard]] http::Response readiness(const Call& call);

}  // namespace hookd::api
