#include "api/answer.hpp"
#include "api/query.hpp"
#include "api/records_json.hpp"
#include "api/routes.hpp"
#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view k_key_header = "Idempotency-Key";
constexpr std::size_t k_most_key_bytes = 255;
/// The socket's folder and file are its owner's alone.
constexpr const char* k_owner = "owner";

Result<std::string> idempotency_key(const http::Headers& headers) {
    if (headers.count(k_key_header) == 0) {
        return std::string{};
    }
    const std::string_view key = headers.only(k_key_header).value_or(std::string_view{});
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (key.empty() || key.size() > k_most_key_bytes ||
        !std::all_of(key.begin(), key.end(), plain)) {
        return fail(ErrorCode::invalid,
                    "the header \"Idempotency-Key\" is there once, with 1 to 255 printable ASCII "
                    "characters");
    }
    return std::string(key);
}

/// Of `{"rule": "NAME"}` the name; empty where the body is empty or names none.
Result<std::string> rule_of(const std::string& text) {
    if (text.empty()) {
        return std::string{};
    }
    const Json body = Json::parse(text, nullptr, false);
    if (!body.is_object()) {
        return fail(ErrorCode::invalid, "the body must be a JSON object, or empty");
    }
    for (const auto& [name, value] : body.items()) {
        if (name != "rule" || !value.is_string() || value.get_ref<const std::string&>().empty()) {
            return fail(ErrorCode::invalid, "the body holds at most \"rule\", the name of one");
        }
    }
    return body.value("rule", std::string{});
}

Json to_json(const std::vector<queue::StartedRun>& runs) {
    Json list = Json::array();
    for (const queue::StartedRun& run : runs) {
        Json one;
        one["id"] = run.id.value;
        one["rule"] = to_valid_utf8(run.rule);
        list.push_back(std::move(one));
    }
    return list;
}

Json to_json(const queue::Replayed& replayed) {
    Json object;
    object["event"] = replayed.event.text();
    object["repeated"] = replayed.repeated;
    object["runs"] = to_json(replayed.runs);
    object["decisions"] = Json::array();
    for (const Decision& decision : replayed.decisions) {
        object["decisions"].push_back(api::to_json(decision));
    }
    return object;
}

Json to_json(const DeliveryId& refused, const queue::DeliveryReplayed& replayed) {
    Json object;
    object["refused"] = refused.text();
    object["delivery"] = replayed.delivery.text();
    object["repeated"] = replayed.accepted.duplicate_delivery;
    object["suspicious"] = replayed.accepted.suspicious;
    object["events"] = Json::array();
    for (const queue::AcceptedEvent& event : replayed.accepted.events) {
        Json one;
        one["id"] = event.id.text();
        one["duplicate"] = event.duplicate;
        one["runs"] = to_json(event.runs);
        object["events"].push_back(std::move(one));
    }
    return object;
}

}  // namespace

http::Response replay_event(const Call& call) {
    if (!call.context.replay) {
        return problem(404, "Not Found", "nothing can be replayed here");
    }
    const auto id = id_of<EventId>(call.path.find("event")->second, "event");
    if (!id) {
        return problem(id.error());
    }
    auto key = idempotency_key(call.request.head.headers);
    auto rule = rule_of(call.request.body);
    for (const auto* part : {&key, &rule}) {
        if (!*part) {
            return problem(part->error());
        }
    }
    const auto replayed = call.context.replay({*id, *std::move(rule), k_owner, *std::move(key)});
    if (!replayed) {
        return problem(replayed.error());
    }
    const bool made = !replayed->repeated && !replayed->runs.empty();
    return json_answer(to_json(*replayed), made ? 201 : 200);
}

http::Response replay_delivery(const Call& call) {
    if (!call.context.replay_delivery) {
        return problem(404, "Not Found", "nothing can be replayed here");
    }
    const auto id = id_of<DeliveryId>(call.path.find("delivery")->second, "delivery");
    if (!id) {
        return problem(id.error());
    }
    const auto replayed = call.context.replay_delivery(*id, k_owner);
    if (!replayed) {
        return problem(replayed.error());
    }
    return json_answer(to_json(*id, *replayed), replayed->accepted.duplicate_delivery ? 200 : 201);
}

}  // namespace hookd::api
