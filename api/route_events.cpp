#include "api/answer.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/records_json.hpp"
#include "api/routes.hpp"
#include "core/model/event_json.hpp"

#include <nlohmann/json.hpp>

namespace hookd::api {
namespace {

using Json = nlohmann::ordered_json;

Result<queue::EventFilter> event_filter(const http::Head& head) {
    queue::EventFilter filter;
    filter.repository = head.query("repository").value_or("");
    const auto limit = limit_of(head);
    if (!limit) {
        return fail(limit.error());
    }
    filter.limit = *limit;
    if (const auto kind = head.query("kind")) {
        filter.kind = event_kind_from(*kind);
        if (!filter.kind) {
            return fail(ErrorCode::invalid,
                        "\"kind\" is one of push, tag, merge_request, release, comment, ping, "
                        "schedule, manual, other");
        }
    }
    if (const auto since = head.query("since")) {
        const auto time = from_rfc3339(*since);
        if (!time) {
            return fail(time.error());
        }
        filter.since = *time;
    }
    if (const auto before = head.query("before")) {
        auto id = id_of<EventId>(*before, "event");
        if (!id) {
            return fail(id.error());
        }
        filter.before = *std::move(id);
    }
    return filter;
}

}  // namespace

http::Response list_events(const Call& call) {
    const auto filter = event_filter(call.request.head);
    if (!filter) {
        return problem(filter.error());
    }
    const auto events = call.context.queue.events(*filter);
    if (!events) {
        return problem(events.error());
    }
    return page_answer("events", *events, filter->limit,
                       [](const queue::EventRecord& record) { return record.id.text(); });
}

http::Response show_event(const Call& call) {
    const auto id = id_of<EventId>(call.path.find("event")->second, "event");
    if (!id) {
        return problem(id.error());
    }
    const auto detail = call.context.queue.event(*id);
    return detail ? json_answer(hookd::to_json(detail->event)) : problem(detail.error());
}

http::Response show_decisions(const Call& call) {
    const auto id = id_of<EventId>(call.path.find("event")->second, "event");
    if (!id) {
        return problem(id.error());
    }
    const auto detail = call.context.queue.event(*id);
    if (!detail) {
        return problem(detail.error());
    }
    Json body;
    body["decisions"] = Json::array();
    for (const Decision& decision : detail->decisions) {
        body["decisions"].push_back(to_json(decision));
    }
    body["runs"] = Json::array();
    for (const RunId run : detail->runs) {
        body["runs"].push_back(run.value);
    }
    body["reruns"] = Json::array();
    for (const auto& [run, rerun] : detail->reruns) {
        Json one = to_json(rerun);
        one["run"] = run.value;
        body["reruns"].push_back(std::move(one));
    }
    return json_answer(body);
}

http::Response list_deliveries(const Call& call) {
    const auto id = id_of<EventId>(call.path.find("event")->second, "event");
    if (!id) {
        return problem(id.error());
    }
    const auto deliveries = call.context.queue.deliveries_of(*id);
    if (!deliveries) {
        return problem(deliveries.error());
    }
    Json body;
    body["deliveries"] = Json::array();
    for (const queue::Delivery& delivery : *deliveries) {
        body["deliveries"].push_back(to_json(delivery));
    }
    return json_answer(body);
}

}  // namespace hookd::api
