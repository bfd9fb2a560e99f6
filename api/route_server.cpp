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

http::Response health(const Call&) {
    return json_answer({{"status", "ok"}});
}

http::Response readiness(const Call& call) {
    const auto status = call.context.queue.status();
    return status ? json_answer({{"status", "ready"}}) : problem(status.error());
}

}  // namespace hookd::api
