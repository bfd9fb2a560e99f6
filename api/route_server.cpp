#include "api/answer.hpp"
#include "api/records_json.hpp"
#include "api/routes.hpp"

#include <nlohmann/json.hpp>

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

http::Response health(const Call&) {
    return json_answer({{"status", "ok"}});
}

http::Response readiness(const Call& call) {
    const auto status = call.context.queue.status();
    return status ? json_answer({{"status", "ready"}}) : problem(status.error());
}

}  // namespace hookd::api
