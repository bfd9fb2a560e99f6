#include "webhook/refusal_records.hpp"

#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "core/queue/queue.hpp"
#include "webhook/kept_headers.hpp"
#include "webhook/key_mark.hpp"

#include <string>
#include <utility>

namespace hookd::webhook {
namespace {

/// The door of what came to no endpoint: targets are made up by strangers and must not become
/// names that are kept for ever.
constexpr const char* k_no_endpoint = "unknown";
constexpr std::size_t k_most_shown_target = 200;

queue::Verdict verdict_of(const Refusal& refusal) {
    return {refusal.sender == Proven::yes ? queue::Verdict::Kind::refused
                                          : queue::Verdict::Kind::unproven,
            refusal.status, std::string(refusal.word), refusal.reason};
}

}  // namespace

RefusalRecords::RefusalRecords(queue::Record record, const Clock& clock, Log& log)
    : record_(std::move(record)), clock_(clock), log_(log) {}

void RefusalRecords::keep_unproven(const EndpointTable& table, const http::Head& head,
                                   const Refusal& refusal) {
    if (!takes_sample()) {
        return;
    }
    const WallTime now = clock_.wall();
    const Endpoint* const endpoint = table.find(head.target);
    http::Request request;
    request.head = head;
    queue::Delivery delivery;
    if (endpoint != nullptr) {
        delivery = describe_delivery(*endpoint, request, now);
    } else {
        delivery.id = DeliveryId(make_ulid(now));
        delivery.source = k_no_endpoint;
        delivery.received_at = now;
        delivery.peer = head.peer;
    }
    // What is another endpoint's secret may have been sent here.
    delivery.headers = kept_headers(head.headers, table.secret_headers());
    delivery.verdict = verdict_of(refusal);
    if (endpoint == nullptr) {
        delivery.verdict.detail +=
            ": \"" + printable_line(head.path().substr(0, k_most_shown_target)) + "\"";
    }
    record(std::move(delivery));
}

void RefusalRecords::keep_refused(const Endpoint& endpoint, http::Request& request,
                                  const Sender& sender, EndpointRate& rate) {
    if (!rate.may_keep_refused(request.body.size(), clock_.boot())) {
        return;
    }
    queue::Delivery delivery = describe_delivery(endpoint, request, clock_.wall());
    delivery.body = std::move(request.body);
    delivery.verdict = verdict_of(*sender.refusal);
    delivery.proven_by = mark_of(endpoint.keys[sender.key], delivery.id);
    record(std::move(delivery));
}

/// As the queue does, which would leave out the rest: then it need not be put together.
bool RefusalRecords::takes_sample() {
    const BootTime now = clock_.boot();
    if (!sample_began_ || now - *sample_began_ >= std::chrono::minutes(1)) {
        sample_began_ = now;
        sampled_ = 0;
    }
    return ++sampled_ <= queue::Queue::k_most_unproven_a_minute;
}

void RefusalRecords::record(queue::Delivery delivery) {
    std::string id = delivery.id.text();
    record_(std::move(delivery), [log = &log_, id = std::move(id)](const Status& kept) {
        if (!kept) {
            log->warning("a refused delivery could not be kept",
                         {{"delivery", id}, {"error", kept.error().message}});
        }
    });
}

}  // namespace hookd::webhook
