#include "api/answer.hpp"
#include "api/records_json.hpp"
#include "api/routes.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace hookd::api {

http::Response show_queue(const Call& call) {
    const auto status = call.context.queue.status();
    return status ? json_answer(to_json(*status)) : problem(status.error());
}

http::Response reload(const Call& call) {
    if (const Status done = call.context.reload(); !done) {
        return problem(409, "The configuration was not reloaded", done.error().message);
    }
    return json_answer({{"reloaded", true}});
}

http::Response show_reconcile(const Call& call) {
    if (!call.context.reconcile_report) {
        return problem(404, "Not Found", "nothing compares refs here");
    }
    http::Response response;
    response.content_type = "application/json";
    response.body = call.context.reconcile_report();
    return response;
}

http::Response start_reconcile(const Call& call) {
    if (!call.context.reconcile) {
        return problem(404, "Not Found", "nothing compares refs here");
    }
    const auto number = call.context.reconcile(call.request.head.query("repository").value_or(""));
    if (!number) {
        return problem(number.error());
    }
    return json_answer({{"reconcile", *number}}, 202);
}

http::Response health(const Call& call) {
    const auto listeners = call.context.listeners ? call.context.listeners() : ListenerHealth();
    const auto& ends = listeners.certificate_ends;
    const WallTime now = call.context.clock.wall();
    const bool well = !listeners.accept_paused && (!ends || *ends > now);
    nlohmann::ordered_json certificate;
    if (ends) {
        const auto days = std::chrono::floor<std::chrono::days>(*ends - now).count();
        certificate = {{"ends", to_rfc3339(*ends)}, {"days_left", days}};
    }
    return json_answer({{"status", well ? "ok" : "degraded"},
                        {"accepting", !listeners.accept_paused},
                        {"accept_pauses", listeners.accept_pauses},
                        {"certificate", std::move(certificate)}});
}

http::Response readiness(const Call& call) {
    const auto status = call.context.queue.status();
    return status ? json_answer({{"status", "ready"}}) : problem(status.error());
}

}  // namespace hookd::api
