#include "webhook/delivery_replays.hpp"

#include "core/base/text.hpp"

#include <future>
#include <memory>
#include <utility>

namespace hookd::webhook {
namespace {

using Kind = queue::Verdict::Kind;

/// What has come of a delivery already, in words that say what can be done.
std::string events_of(const queue::DeliveryDetail& detail) {
    std::string ids;
    for (const EventId& id : detail.events) {
        ids += (ids.empty() ? "" : ", ") + id.text();
    }
    return ids.empty() ? "it brought no event" : "replay its events: " + ids;
}

/// Only what was refused, and kept whole, can be read once more.
Status check(const queue::DeliveryDetail& detail) {
    const std::string name = "delivery \"" + detail.delivery.id.text() + "\"";
    switch (detail.delivery.verdict.kind) {
        case Kind::accepted:
            return fail(ErrorCode::exists, name + " was taken; " + events_of(detail));
        case Kind::suspicious:
            return fail(ErrorCode::exists,
                        name + " has the body of an earlier one; " + events_of(detail));
        case Kind::unproven:
            return fail(ErrorCode::conflict, "the sender of " + name +
                                                 " was not proven, so its body was not kept; have "
                                                 "the forge send it again");
        case Kind::refused:
            break;
    }
    return {};
}

http::Request request_of(const queue::Delivery& delivery) {
    http::Request request;
    request.head.method = "POST";
    request.head.target = delivery.source;
    request.head.peer = delivery.peer;
    for (const auto& [name, value] : delivery.headers) {
        request.head.headers.add(name, value);
    }
    request.body = delivery.body;
    return request;
}

Result<queue::Accepted> take(const queue::Intake& intake, Admission admission) {
    const auto taken = std::make_shared<std::promise<Result<queue::Accepted>>>();
    auto answer = taken->get_future();
    intake(std::move(admission.delivery), std::move(admission.events),
           [taken](Result<queue::Accepted> accepted) { taken->set_value(std::move(accepted)); });
    return answer.get();
}

void tell(Log& log, const queue::ReplayOf& replay, const queue::DeliveryReplayed& replayed) {
    std::string runs;
    for (const queue::AcceptedEvent& event : replayed.accepted.events) {
        for (const queue::StartedRun& run : event.runs) {
            runs += (runs.empty() ? "" : ", ") + run.id.text();
        }
    }
    const bool repeated = replayed.accepted.duplicate_delivery;
    log.info(repeated ? "a refused delivery is replayed that was taken since"
                      : "a refused delivery is replayed and taken",
             {{"delivery", replay.refused.text()},
              {"asked_by", replay.asked_by},
              {"taken_as", replayed.delivery ? replayed.delivery->text() : "one that came later"},
              {"runs", runs.empty() ? "none" : runs}});
}

}  // namespace

std::variant<Admission, Refusal> judge_again(const Endpoint& endpoint,
                                             const queue::Delivery& refused, WallTime now) {
    if (!endpoint.lets_in(refused.peer)) {
        const std::string reason = "it came from a peer that may not send: " + refused.peer;
        return Refusal{401, reason, reason, "refused_peer", Proven::yes};
    }
    http::Request request = request_of(refused);
    auto judged = judge_delivery(endpoint, request, now);
    if (auto* const admission = std::get_if<Admission>(&judged)) {
        // A person's doing is no redelivery of the forge's.
        admission->delivery.redelivered_after.reset();
    }
    return judged;
}

DeliveryReplays::DeliveryReplays(queue::Queue& queue, const config::Current& current,
                                 queue::Intake intake, const Clock& clock, Log& log)
    : queue_(queue), current_(current), intake_(std::move(intake)), clock_(clock), log_(log) {}

Result<queue::DeliveryReplayed> DeliveryReplays::replay(const DeliveryId& id,
                                                        const std::string& asked_by) const {
    const auto stored = queue_.delivery(id);
    if (!stored) {
        return fail(stored.error());
    }
    if (auto sound = check(*stored); !sound) {
        return fail(sound.error());
    }
    auto admission = judge(stored->delivery);
    if (!admission) {
        return fail(admission.error());
    }
    const queue::ReplayOf replay{id, asked_by};
    admission->delivery.replay_of = replay;
    queue::DeliveryReplayed replayed;
    replayed.delivery = admission->delivery.id;
    auto accepted = take(intake_, *std::move(admission));
    if (!accepted) {
        return fail(accepted.error());
    }
    replayed.accepted = *std::move(accepted);
    if (replayed.accepted.duplicate_delivery) {
        auto again = queue_.delivery(id);
        if (!again) {
            return fail(again.error());
        }
        replayed.delivery = std::move(again->taken_as);
    }
    tell(log_, replay, replayed);
    return replayed;
}

Result<Admission> DeliveryReplays::judge(const queue::Delivery& refused) const {
    const EndpointTable table(*current_.get());
    const Endpoint* const endpoint = table.find(refused.source);
    if (endpoint == nullptr) {
        return fail(ErrorCode::not_found, "no endpoint has the path \"" +
                                              printable_line(refused.source) +
                                              "\" any more; give it back to one");
    }
    if (endpoint->provider->name != refused.provider) {
        return fail(ErrorCode::conflict, "the endpoint \"" + printable_line(refused.source) +
                                             "\" is of \"" + std::string(endpoint->provider->name) +
                                             "\" now, but the delivery came from \"" +
                                             printable_line(refused.provider) + "\"");
    }
    auto judged = judge_again(*endpoint, refused, clock_.wall());
    if (const auto* const refusal = std::get_if<Refusal>(&judged)) {
        return fail(ErrorCode::conflict, "it is refused again, with " +
                                             std::to_string(refusal->status) + ": " +
                                             refusal->reason);
    }
    return std::get<Admission>(std::move(judged));
}

}  // namespace hookd::webhook
