#include "webhook/receiver.hpp"

#include "webhook/answer.hpp"
#include "webhook/body_signing.hpp"
#include "webhook/judge.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace hookd::webhook {

Receiver::Receiver(const config::Current& current, queue::Intake intake, const Clock& clock,
                   Log& log)
    : current_(current), intake_(std::move(intake)), clock_(clock), log_(log) {}

std::optional<http::Response> Receiver::check(const http::Head& head, std::uint64_t& body_limit) {
    static_cast<void>(endpoints());
    body_limit = std::min(body_limit, configuration_->server.limits.body_bytes);
    const auto refusal = judge_head(head);
    if (!refusal) {
        return std::nullopt;
    }
    log_refusal(head, refusal->status, refusal->reason);
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
    http::Head head;
    head.target = request.head.target;
    head.peer = request.head.peer;
    const std::vector<Digest> signatures = signing->finish();
    auto judged = judge(signing->endpoint(), std::move(request), clock_.wall(), signatures);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) {
        log_refusal(head, refusal->status, refusal->reason);
        responder.respond(answer(*refusal));
        return;
    }
    auto& admission = std::get<Admission>(judged);
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
        for (const std::string& problem : endpoints_->problems()) {
            log_.warning("part of an endpoint cannot be used", {{"problem", problem}});
        }
    }
    return endpoints_;
}

void Receiver::log_refusal(const http::Head& head, int status, const std::string& reason) {
    log_.warning("webhook refused", {{"status", std::to_string(status)},
                                     {"reason", reason},
                                     {"target", head.target.substr(0, 200)},
                                     {"peer", head.peer}});
}

}  // namespace hookd::webhook
