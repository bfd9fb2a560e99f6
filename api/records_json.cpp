#include "api/records_json.hpp"

#include "core/base/base64.hpp"
#include "core/base/text.hpp"
#include "core/model/event_json.hpp"

#include <nlohmann/json.hpp>

namespace hookd::api {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<WallTime>& time) {
    return time ? Json(to_rfc3339(*time)) : Json();
}

Json text_or_null(std::string_view text) {
    return text.empty() ? Json() : Json(to_valid_utf8(text));
}

template <class Number>
Json number_or_null(const std::optional<Number>& number) {
    return number ? Json(*number) : Json();
}

Json headers_to_json(const queue::Delivery& delivery) {
    Json headers = Json::array();
    for (const auto& [name, value] : delivery.headers) {
        headers.push_back(Json::array({to_valid_utf8(name), to_valid_utf8(value)}));
    }
    return headers;
}

Json to_json(const queue::AttemptRecord& attempt) {
    Json object;
    object["attempt"] = attempt.number;
    object["fence"] = attempt.fence.value;
    object["started_at"] = to_rfc3339(attempt.started_at);
    object["ended_at"] = time_or_null(attempt.ended_at);
    object["outcome"] = text_or_null(attempt.outcome);
    object["reason"] = text_or_null(attempt.reason);
    object["exit_code"] = number_or_null(attempt.exit_code);
    object["signal"] = number_or_null(attempt.signal);
    object["cpu_ms"] = attempt.cpu.count();
    object["peak_memory_bytes"] = attempt.peak_memory_bytes;
    object["log_bytes"] = attempt.log_bytes;
    object["log_dropped_bytes"] = attempt.log_dropped_bytes;
    return object;
}

Json to_json(const queue::ActionRecord& action) {
    Json object;
    object["name"] = action.name;
    object["handler"] = action.handler;
    object["state"] = to_text(action.state);
    object["reason"] = text_or_null(action.reason);
    object["needs"] = action.needs;
    object["outputs"] = Json::object();
    for (const auto& [name, value] : action.outputs) {
        object["outputs"][name] = to_valid_utf8(value);
    }
    object["attempts"] = Json::array();
    for (const queue::AttemptRecord& attempt : action.attempts) {
        object["attempts"].push_back(to_json(attempt));
    }
    return object;
}

}  // namespace

Json to_json(const queue::Rerun& rerun) {
    Json object;
    object["number"] = rerun.number;
    object["cause"] = queue::to_text(rerun.cause);
    object["asked_by"] = text_or_null(rerun.asked_by);
    return object;
}

Json to_json(const queue::EventRecord& record) {
    Json object;
    object["id"] = record.id.text();
    object["kind"] = to_text(record.kind);
    object["change"] = text_or_null(record.change);
    object["repository"] = record.repository;
    if (record.ref.empty()) {
        object["ref"] = nullptr;
    } else {
        set_bytes(object, "ref", record.ref);
    }
    object["before"] = text_or_null(record.before);
    object["after"] = text_or_null(record.after);
    object["source"] = record.source_type;
    object["received_at"] = to_rfc3339(record.received_at);
    object["runs"] = record.runs;
    object["deliveries"] = record.deliveries;
    return object;
}

Json to_json(const Decision& decision) {
    Json object;
    object["rule"] = decision.rule;
    object["matched"] = decision.matched;
    object["clause"] = decision.clause;
    object["seen"] = to_valid_utf8(decision.seen);
    return object;
}

Json to_json(const queue::Delivery& delivery) {
    Json object;
    object["id"] = delivery.id.text();
    object["source"] = delivery.source;
    object["provider"] = delivery.provider;
    object["delivery"] = text_or_null(delivery.key);
    object["event"] = text_or_null(delivery.event);
    object["received_at"] = to_rfc3339(delivery.received_at);
    object["peer"] = text_or_null(delivery.peer);
    object["headers"] = headers_to_json(delivery);
    object["body_base64"] = to_base64(delivery.body);
    return object;
}

Json to_json(const queue::DeliveryRecord& record) {
    Json object;
    object["id"] = record.id.text();
    object["source"] = to_valid_utf8(record.source);
    object["provider"] = text_or_null(record.provider);
    object["delivery"] = text_or_null(record.key);
    object["event"] = text_or_null(record.event);
    object["received_at"] = to_rfc3339(record.received_at);
    object["peer"] = text_or_null(record.peer);
    object["verdict"] = to_text(record.verdict.kind);
    object["status"] = record.verdict.status;
    object["reason"] = text_or_null(record.verdict.reason);
    object["detail"] = text_or_null(record.verdict.detail);
    object["arrivals"] = record.arrivals;
    object["body_bytes"] = record.body_bytes;
    object["events"] = Json::array();
    for (const EventId& event : record.events) {
        object["events"].push_back(event.text());
    }
    return object;
}

Json to_json(const queue::DeliveryDetail& detail) {
    const queue::Delivery& delivery = detail.delivery;
    Json object = to_json(queue::DeliveryRecord{
        delivery.id, delivery.source, delivery.provider, delivery.key, delivery.event,
        delivery.received_at, delivery.peer, delivery.verdict, detail.arrivals,
        static_cast<std::int64_t>(delivery.body.size()), detail.events});
    object["headers"] = headers_to_json(delivery);
    object["taken_as"] = detail.taken_as ? Json(detail.taken_as->text()) : Json();
    object["replay_of"] = Json();
    if (delivery.replay_of) {
        object["replay_of"] = {{"delivery", delivery.replay_of->refused.text()},
                               {"asked_by", to_valid_utf8(delivery.replay_of->asked_by)}};
    }
    return object;
}

Json to_json(const queue::RunRecord& record) {
    Json object;
    object["id"] = record.id.value;
    object["event"] = record.event.text();
    object["repository"] = record.repository;
    object["rule"] = record.rule;
    if (record.ref.empty()) {
        object["ref"] = nullptr;
    } else {
        set_bytes(object, "ref", record.ref);
    }
    object["commit"] = text_or_null(record.commit);
    object["state"] = to_text(record.state);
    object["created_at"] = to_rfc3339(record.created_at);
    object["started_at"] = time_or_null(record.started_at);
    object["finished_at"] = time_or_null(record.finished_at);
    object["rerun"] = record.rerun ? to_json(*record.rerun) : Json();
    return object;
}

Json to_json(const queue::RunDetail& detail) {
    Json object = to_json(detail.run);
    object["rule_hash"] = detail.rule_hash;
    object["actions"] = Json::array();
    for (const queue::ActionRecord& action : detail.actions) {
        object["actions"].push_back(to_json(action));
    }
    return object;
}

Json to_json(const queue::Deployment& deployment) {
    Json object;
    object["repository"] = deployment.repository;
    object["environment"] = deployment.environment;
    object["target"] = to_valid_utf8(deployment.target);
    object["release"] = to_valid_utf8(deployment.release);
    object["commit"] = text_or_null(deployment.commit);
    object["run"] = deployment.run.value;
    object["at"] = to_rfc3339(deployment.at);
    object["state"] = deployment.state;
    return object;
}

Json to_json(const queue::QueueStatus& status) {
    Json object;
    object["events"] = status.events;
    object["blocked"] = status.blocked;
    object["waiting"] = status.waiting;
    object["ready"] = status.ready;
    object["running"] = status.running;
    object["oldest_ready"] = time_or_null(status.oldest_ready);
    object["stale_refused"] = status.stale_refused;
    return object;
}

}  // namespace hookd::api
