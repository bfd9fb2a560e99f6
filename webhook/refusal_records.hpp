#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/http/message.hpp"
#include "core/queue/arrival.hpp"
#include "webhook/endpoint_rate.hpp"
#include "webhook/endpoint_table.hpp"
#include "webhook/judge.hpp"

#include <cstdint>
#include <optional>

namespace hookd::webhook {

/// Keeps what was refused, to be looked at: whole where the sender was proven, up to a limit of
/// each endpoint; else a sample without bodies, the same whether there is such an endpoint or not.
/// Nobody waits for it. **Thread:** the network thread.
class RefusalRecords {
  public:
    /// **Requires:** what is referred to outlives every `done` of the record.
    RefusalRecords(queue::Record record, const Clock& clock, Log& log);

    /// Of a sender who was not proven.
    void keep_unproven(const EndpointTable& table, const http::Head& head, const Refusal& refusal);
    /// Takes the request's body. **Requires:** the sender was proven, and refused.
    void keep_refused(const Endpoint& endpoint, http::Request& request, const Sender& sender,
                      EndpointRate& rate);

  private:
    [[nodiscard]] bool takes_sample();
    void record(queue::Delivery delivery);

    queue::Record record_;
    const Clock& clock_;
    Log& log_;
    std::optional<BootTime> sample_began_;
    std::int64_t sampled_ = 0;
};

}  // namespace hookd::webhook
