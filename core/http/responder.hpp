#pragma once

#include "core/http/body_budget.hpp"
#include "core/http/outbox.hpp"
#include "core/http/server.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hookd::http {

/// What a stream may leave unsent.
inline constexpr std::size_t k_stream_bytes = std::size_t{1} << 20;

/// One request's way back to its session. The responder and the stream made from it own it; the
/// session only looks at it, so that dropping the last owner unanswered is seen.
struct Responder::Impl {
    Impl(std::shared_ptr<Outbox> to, std::uint64_t session_id, std::uint64_t request_number,
         BodyCharge body_charge)
        : outbox(std::move(to)),
          session(session_id),
          request(request_number),
          charge(std::move(body_charge)) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    /// Never throws: where memory is short the session waits for its client to go.
    ~Impl();

    void say(Message::Kind kind, Response response, std::string text);

    const std::shared_ptr<Outbox> outbox;
    const std::uint64_t session;
    const std::uint64_t request;
    BodyCharge charge;
    std::atomic<bool> answered{false};
    std::atomic<bool> finished{false};   ///< the whole answer was said
    std::atomic<bool> gone{false};       ///< the session will send no more
    std::atomic<std::size_t> unsent{0};  ///< bytes of a stream on their way to the client
};

}  // namespace hookd::http
