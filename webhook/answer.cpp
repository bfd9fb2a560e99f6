#include "webhook/answer.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace hookd::webhook {
namespace {

using Json = nlohmann::ordered_json;

/// Long enough for a disk to be given room, short enough for senders that try again at all.
constexpr const char* k_retry_after_seconds = "30";

http::Response respond(int status, const Json& body) {
    http::Response response;
    response.status = status;
    response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return response;
}

http::Response error(int status, const std::string& message) {
    return respond(status, Json{{"error", message}});
}

}  // namespace

http::Response answer(const Refusal& refusal) {
    http::Response response = error(refusal.status, refusal.message);
    if (refusal.status == 405) {
        response.headers.emplace_back("Allow", "POST");
    }
    if (refusal.retry_after) {
        response.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after->count()));
    }
    return response;
}

http::Response answer(const Result<queue::Accepted>& accepted, bool is_ping) {
    if (!accepted) {
        http::Response response =
            error(503, "the delivery cannot be stored now; send it again later");
        response.headers.emplace_back("Retry-After", k_retry_after_seconds);
        return response;
    }
    if (is_ping) {
        return respond(200, Json{{"pong", true}});
    }
    Json events = Json::array();
    std::size_t runs = 0;
    for (const queue::AcceptedEvent& event : accepted->events) {
        events.push_back(event.id.text());
        runs += event.runs.size();
    }
    Json body = Json{{"events", std::move(events)}};
    if (accepted->is_duplicate()) {
        body["duplicate"] = true;
        body["runs"] = accepted->reruns.size();
        return respond(200, body);
    }
    body["runs"] = runs;
    return respond(202, body);
}

}  // namespace hookd::webhook
