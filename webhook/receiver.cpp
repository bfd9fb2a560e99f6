#include "webhook/receiver.hpp"

#include "webhook/answer.hpp"
#include "webhook/body_signing.hpp"
#include "webhook/host.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace hookd::webhook {
namespace {

/// Nobody's delivery, but a look around: it would only fill the sample.
bool is_a_look_around(const Refusal& refusal) {
    constexpr int k_method_not_allowed = 405;
    constexpr int k_misdirected = 421;
    return refusal.status == k_method_not_allowed || refusal.status == k_misdirected;
}

/// What refuses a request by its head alone.
std::optional<Refusal> refusal_of(const http::Head& head, const EndpointTable& table,
                                  const config::Server& server) {
    if (server.webhooks && !is_meant_for(server.webhooks->hosts, head)) {
        return Refusal{421, "this server does not answer for that host",
                       "the host is not one of \"listen.webhooks.hosts\"", "host"};
    }
    return judge_head(head, table.proofs());
}

}  // namespace

Receiver::Receiver(const config::Current& current, queue::Intake intake, queue::Record record,
                   const Clock& clock, Log& log)
    : current_(current),
      intake_(std::move(intake)),
      clock_(clock),
      log_(log),
      records_(std::move(record), clock, log) {}

std::optional<http::Response> Receiver::check(const http::Head& head, std::uint64_t& body_limit) {
    const auto table = endpoints();
    body_limit = std::min(body_limit, configuration_->server.limits.body_bytes);
    const auto refusal = refusal_of(head, *table, configuration_->server);
    if (!refusal) {
        return std::nullopt;
    }
    http::Head judged = head;
    judged.peer = table->proxies().judged_peer(head);
    log_refusal(judged, *refusal);
    if (!is_a_look_around(*refusal)) {
        records_.keep_unproven(*table, judged, *refusal);
    }
    return answer(*refusal);
}

std::shared_ptr<http::BodyObserver> Receiver::observe(const http::Head& head) {
    return std::make_shared<BodySigning>(endpoints(), head);
}

void Receiver::serve(http::Request request, http::Responder responder) {
    // Only a request without a body has none.
    auto signing = std::static_pointer_cast<BodySigning>(std::move(request.observer));
    if (!signing) {
        signing = std::make_shared<BodySigning>(endpoints(), request.head);
    }
    const EndpointTable& table = signing->table();
    const Endpoint* const endpoint = signing->endpoint();
    const WallTime now = clock_.wall();
    request.head.peer = table.proxies().judged_peer(request.head);
    Sender sender = judge_sender(table, endpoint, request, now, signing->finish());
    if (!sender.refusal) {
        sender.refusal = judge_rate(*endpoint, request);
    }
    if (sender.refusal) {
        refuse(*signing, std::move(request), sender, responder);
        return;
    }
    auto judged = judge_delivery(*endpoint, request, now);
    if (auto* const refused = std::get_if<Refusal>(&judged)) {
        sender.refusal = std::move(*refused);
        refuse(*signing, std::move(request), sender, responder);
    } else {
        admit(std::get<Admission>(std::move(judged)), responder);
    }
}

std::optional<Refusal> Receiver::judge_rate(const Endpoint& endpoint,
                                            const http::Request& request) {
    if (!endpoint.rate) {
        return std::nullopt;
    }
    const auto wait = rates_[endpoint.path].take(*endpoint.rate, request.body, clock_.boot());
    return wait ? std::optional(refuse_rate(*wait)) : std::nullopt;
}

void Receiver::refuse(const BodySigning& judged_by, http::Request request, const Sender& sender,
                      const http::Responder& responder) {
    const Refusal& refusal = *sender.refusal;
    responder.respond(answer(refusal));
    log_refusal(request.head, refusal);
    if (refusal.sender == Proven::yes) {
        const Endpoint& endpoint = *judged_by.endpoint();
        records_.keep_refused(endpoint, request, sender, rates_[endpoint.path]);
    } else {
        records_.keep_unproven(judged_by.table(), request.head, refusal);
    }
}

void Receiver::admit(Admission admission, const http::Responder& responder) {
    const bool is_ping = admission.is_ping;
    std::string id = admission.delivery.id.text();
    intake_(std::move(admission.delivery), std::move(admission.events),
            [log = &log_, is_ping, id = std::move(id),
             responder](const Result<queue::Accepted>& accepted) {
                if (!accepted) {
                    log->error("a delivery could not be stored",
                               {{"delivery", id}, {"error", accepted.error().message}});
                }
                responder.respond(answer(accepted, is_ping));
            });
}

std::shared_ptr<const EndpointTable> Receiver::endpoints() {
    auto current = current_.get();
    if (!endpoints_ || current != configuration_) {
        endpoints_ = std::make_shared<const EndpointTable>(*current);
        configuration_ = std::move(current);
        std::erase_if(rates_,
                      [this](const auto& rate) { return endpoints_->find(rate.first) == nullptr; });
        for (const std::string& problem : endpoints_->problems()) {
            log_.warning("part of an endpoint cannot be used", {{"problem", problem}});
        }
    }
    return endpoints_;
}

void Receiver::log_refusal(const http::Head& head, const Refusal& refusal) {
    log_.warning("webhook refused", {{"status", std::to_string(refusal.status)},
                                     {"reason", refusal.reason},
                                     {"target", head.target.substr(0, 200)},
                                     {"peer", head.peer}});
}

}  // namespace hookd::webhook
