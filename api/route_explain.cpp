#include "api/answer.hpp"
#include "api/routes.hpp"
#include "core/base/text.hpp"
#include "core/model/event_json.hpp"

#include <nlohmann/json.hpp>

namespace hookd::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr int k_deepest = 32;

struct Question {
    Json delivery;  ///< null unless it is about one
    std::vector<Event> events;
};

std::string text_at(const Json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<std::vector<Event>> stored(queue::Queue& queue, const std::vector<EventId>& ids) {
    std::vector<Event> events;
    for (const EventId& id : ids) {
        auto detail = queue.event(id);
        if (!detail) {
            return fail(detail.error());
        }
        events.push_back(std::move(detail->event));
    }
    return events;
}

Json to_json(const queue::Verdict& verdict) {
    Json object;
    object["verdict"] = queue::to_text(verdict.kind);
    object["status"] = verdict.status;
    object["reason"] = verdict.reason.empty() ? Json() : Json(to_valid_utf8(verdict.reason));
    object["detail"] = verdict.detail.empty() ? Json() : Json(to_valid_utf8(verdict.detail));
    return object;
}

Result<Question> question_of(const Json& body, queue::Queue& queue) {
    Question question;
    std::vector<EventId> ids;
    if (const std::string id = text_at(body, "event"); !id.empty()) {
        ids.emplace_back(id);
    } else if (const std::string delivery_id = text_at(body, "delivery"); !delivery_id.empty()) {
        const auto detail = queue.delivery(DeliveryId(delivery_id));
        if (!detail) {
            return fail(detail.error());
        }
        question.delivery = to_json(detail->delivery.verdict);
        ids = detail->events;
    } else if (const auto events = body.find("events");
               events != body.end() && events->is_array()) {
        for (const Json& one : *events) {
            auto event = event_from_json(one.dump());
            if (!event) {
                return fail(ErrorCode::invalid, "\"events\": " + event.error().message);
            }
            question.events.push_back(*std::move(event));
        }
        return question;
    } else {
        return fail(ErrorCode::invalid, "the body holds \"event\", \"delivery\" or \"events\"");
    }
    auto events = stored(queue, ids);
    if (!events) {
        return fail(events.error());
    }
    question.events = *std::move(events);
    return question;
}

}  // namespace

http::Response explain(const Call& call) {
    if (!call.context.explain) {
        return problem(404, "Not Found", "nothing explains rules here");
    }
    // An event is far from so deep; what is deeper would only be printed, with a stack as deep.
    bool too_deep = false;
    const Json body = Json::parse(
        call.request.body,
        [&too_deep](int depth, Json::parse_event_t, Json&) {
            too_deep = too_deep || depth > k_deepest;
            return depth <= k_deepest;
        },
        false);
    if (!body.is_object() || too_deep) {
        return problem(400, "Bad Request",
                       "the body must be a JSON object, nested at most " +
                           std::to_string(k_deepest) + " deep");
    }
    auto question = question_of(body, call.context.queue);
    if (!question) {
        return problem(question.error());
    }
    http::Response response;
    response.body = "{\"delivery\":" + question->delivery.dump() +
                    ",\"events\":" + call.context.explain(std::move(question->events)) + "}\n";
    return response;
}

}  // namespace hookd::api
