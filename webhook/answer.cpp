#include "webhook/answer.hpp"

#include "core/model/json_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hookd::webhook {
namespace {

/// Room for most answers.
constexpr std::size_t k_body_bytes = 128;

/// Long enough for a disk to be given room, short enough for senders that try again at all.
constexpr const char* k_retry_after_seconds = "30";

http::Response respond(int status, JsonText json) {
    http::Response response;
    response.status = status;
    response.body = std::move(json).take();
    response.body += '\n';
    return response;
}

http::Response error(int status, std::string_view message) {
    JsonText json(k_body_bytes);
    json.begin_object();
    json.name("error");
    json.text(message);
    json.end_object();
    return respond(status, std::move(json));
}

http::Response pong() {
    JsonText json(k_body_bytes);
    json.begin_object();
    json.name("pong");
    json.boolean(true);
    json.end_object();
    return respond(200, std::move(json));
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
        return pong();
    }
    std::size_t runs = 0;
    JsonText json(k_body_bytes);
    json.begin_object();
    json.name("events");
    json.begin_array();
    for (const queue::AcceptedEvent& event : accepted->events) {
        json.text(event.id.text());
        runs += event.runs.size();
    }
    json.end_array();
    const bool is_duplicate = accepted->is_duplicate();
    if (is_duplicate) {
        json.name("duplicate");
        json.boolean(true);
        runs = accepted->reruns.size();
    }
    json.name("runs");
    json.number(static_cast<std::int64_t>(runs));
    json.end_object();
    return respond(is_duplicate ? 200 : 202, std::move(json));
}

}  // namespace hookd::webhook
