#pragma once

#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/http/server.hpp"
#include "core/queue/arrival.hpp"
#include "webhook/endpoint_rate.hpp"
#include "webhook/endpoint_table.hpp"
#include "webhook/judge.hpp"
#include "webhook/refusal_records.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace hookd::webhook {

/// Serves the webhook listener: a delivery is answered 2xx once it is durable. A request sees one
/// configuration from its body on; the next one may see a newer.
class Receiver final : public http::Service {
  public:
    /// **Requires:** what is referred to outlives the receiver and every `done` of the intake and
    /// of the record.
    Receiver(const config::Current& current, queue::Intake intake, queue::Record record,
             const Clock& clock, Log& log);

    [[nodiscard]] std::optional<http::Response> check(const http::Head& head,
                                                      std::uint64_t& body_limit) override;
    [[nodiscard]] std::shared_ptr<http::BodyObserver> observe(const http::Head& head) override;
    void serve(http::Request request, http::Responder responder) override;

  private:
    /// The endpoints of the configuration in force.
    std::shared_ptr<const EndpointTable> endpoints();
    [[nodiscard]] std::optional<Refusal> judge_rate(const Endpoint& endpoint,
                                                    const http::Request& request);
    /// **Requires:** the sender has a refusal.
    void refuse(const BodySigning& judged_by, http::Request request, const Sender& sender,
                const http::Responder& responder);
    void admit(Admission admission, const http::Responder& responder);
    void log_refusal(const http::Head& head, const Refusal& refusal);

    const config::Current& current_;
    queue::Intake intake_;
    const Clock& clock_;
    Log& log_;
    RefusalRecords records_;
    std::shared_ptr<const config::Configuration> configuration_;
    std::shared_ptr<const EndpointTable> endpoints_;  ///< made of configuration_
    /// Of endpoints with proven senders, by their paths: kept over reloads.
    std::unordered_map<std::string, EndpointRate> rates_;
};

}  // namespace hookd::webhook
