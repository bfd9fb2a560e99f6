#include "webhook/delivery_replays.hpp"

#include "core/base/listed.hpp"
#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "webhook/endpoint_table.hpp"
#include "webhook/key_mark.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>
#include <variant>

namespace hookd::webhook {
namespace {

using Kind = queue::Verdict::Kind;

/// What has come of a delivery already, in words that say what can be done.
std::string events_of(const queue::DeliveryDetail& detail) {
    std::string ids;
    for (const EventId& id : detail.events) {
        add_listed(ids, id.text());
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
            return fail(ErrorCode::denied, "the sender of " + name +
                                               " was not proven, so its body was not kept; have "
                                               "the forge send it again");
        case Kind::refused:
            break;
    }
    return {};
}

/// A header that is known otherwise, where its own name has kept it from being stored.
void give_back(http::Headers& headers, std::string_view name, const std::string& value) {
    if (!name.empty() && !value.empty() && headers.count(name) == 0) {
        headers.add(std::string(name), value);
    }
}

http::Request request_of(const Endpoint& endpoint, const queue::Delivery& delivery) {
    http::Request request;
    request.head.method = "POST";
    request.head.target = delivery.source;
    request.head.peer = delivery.peer;
    http::Headers& headers = request.head.headers;
    for (const auto& [name, value] : delivery.headers) {
        headers.add(name, value);
    }
    if (const GenericSender* const sender = endpoint.sender.get()) {
        give_back(headers, sender->event_header(), delivery.event);
        give_back(headers, sender->delivery_header(), delivery.key);
    }
    request.body = delivery.body;
    return request;
}

bool is_proven_still(const Endpoint& endpoint, const queue::Delivery& delivery, WallTime now) {
    const auto live = endpoint.keys.begin() + static_cast<std::ptrdiff_t>(endpoint.live_keys(now));
    return std::any_of(endpoint.keys.begin(), live, [&delivery](const Key& key) {
        return mark_of(key, delivery.id) == delivery.proven_by;
    });
}

Refusal not_proven(std::string reason) {
    return {401, {}, std::move(reason) + "; have the forge send it again"};
}

/// What a stored delivery is that was refused when it came, by an endpoint as it is now. The secret
/// that proved its sender then must be one that counts now, and its peer one that may send; the
/// signature is not checked again, for what is signed gets old. The endpoint's rate is not asked.
std::variant<Admission, Refusal> judge_again(const Endpoint& endpoint,
                                             const queue::Delivery& refused, WallTime now) {
    if (refused.proven_by.empty()) {
        return not_proven(
            "an older hookd refused it, which did not keep by which secret its sender was proven");
    }
    if (!is_proven_still(endpoint, refused, now)) {
        return not_proven("the secret that proved its sender is none of the endpoint's any more");
    }
    if (!endpoint.lets_in(refused.peer)) {
        return refuse_peer(refused.peer);
    }
    http::Request request = request_of(endpoint, refused);
    auto judged = judge_delivery(endpoint, request, now);
    if (auto* const admission = std::get_if<Admission>(&judged)) {
        // A person's doing is no redelivery of the forge's.
        admission->delivery.redelivered_after.reset();
    }
    return judged;
}

/// What is asked for again once it was taken: nothing of it is read.
Admission taken_before(const queue::Delivery& refused, WallTime now) {
    Admission admission;
    admission.delivery.id = DeliveryId(make_ulid(now));
    admission.delivery.source = refused.source;
    admission.delivery.provider = refused.provider;
    admission.delivery.received_at = now;
    return admission;
}

Result<queue::Accepted> take(const queue::Intake& intake, Admission admission) {
    const auto taken = std::make_shared<std::promise<Result<queue::Accepted>>>();
    auto answer = taken->get_future();
    intake(std::move(admission.delivery), std::move(admission.events),
           [taken](Result<queue::Accepted> accepted) { taken->set_value(std::move(accepted)); });
    if (answer.wait_for(DeliveryReplays::k_patience) != std::future_status::ready) {
        return fail(ErrorCode::timeout,
                    "its repository is not read yet; it is taken then: ask again to see");
    }
    return answer.get();
}

void tell(Log& log, const queue::ReplayOf& replay, const queue::DeliveryReplayed& replayed) {
    std::string runs;
    for (const queue::AcceptedEvent& event : replayed.accepted.events) {
        for (const queue::StartedRun& run : event.runs) {
            add_listed(runs, run.id.text());
        }
    }
    log.info(replayed.accepted.duplicate_delivery
                 ? "a refused delivery that was taken before is replayed"
                 : "a refused delivery is replayed and taken",
             {{"delivery", replay.refused.text()},
              {"asked_by", replay.asked_by},
              {"taken_as", replayed.delivery.text()},
              {"runs", runs.empty() ? "none" : runs}});
}

}  // namespace

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
    auto admission = judge(*stored);
    if (!admission) {
        return fail(admission.error());
    }
    const queue::ReplayOf replay{id, asked_by};
    admission->delivery.replay_of = replay;
    queue::DeliveryReplayed replayed{admission->delivery.id, {}};
    auto accepted = take(intake_, *std::move(admission));
    if (!accepted) {
        return fail(accepted.error());
    }
    if (accepted->duplicate_delivery) {
        replayed.delivery = accepted->known_as;
    }
    replayed.accepted = *std::move(accepted);
    tell(log_, replay, replayed);
    return replayed;
}

Result<Admission> DeliveryReplays::judge(const queue::DeliveryDetail& refused) const {
    const queue::Delivery& delivery = refused.delivery;
    const WallTime now = clock_.wall();
    if (refused.taken_as) {
        return taken_before(delivery, now);
    }
    const EndpointTable table(*current_.get());
    const Endpoint* const endpoint = table.find(delivery.source);
    if (endpoint == nullptr) {
        return fail(ErrorCode::not_found, "no endpoint has the path \"" +
                                              printable_line(delivery.source) + "\" any more");
    }
    if (endpoint->provider->name != delivery.provider) {
        return fail(ErrorCode::denied, "the endpoint \"" + printable_line(delivery.source) +
                                           "\" is of \"" + std::string(endpoint->provider->name) +
                                           "\" now, but the delivery came from \"" +
                                           printable_line(delivery.provider) + "\"");
    }
    auto judged = judge_again(*endpoint, delivery, now);
    if (const auto* const refusal = std::get_if<Refusal>(&judged)) {
        return fail(ErrorCode::denied, "it is refused again, with " +
                                           std::to_string(refusal->status) + ": " +
                                           refusal->reason);
    }
    return std::get<Admission>(std::move(judged));
}

}  // namespace hookd::webhook
