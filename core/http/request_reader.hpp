#pragma once

#include "core/http/body_budget.hpp"
#include "core/http/buffers.hpp"
#include "core/http/door.hpp"
#include "core/http/framing.hpp"
#include "core/http/message.hpp"
#include "core/http/request_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hookd::http {

/// Makes requests of a connection's bytes: finds the head, checks its framing, parses it, asks
/// the service, reads the body within the limits. Knows no sockets and no time.
class RequestReader {
  public:
    enum class Step {
        needs_head,      ///< more bytes, the head is not whole
        needs_body,      ///< more bytes
        needs_continue,  ///< the client waits for "100 Continue"; told once
        done,            ///< `take_request`
        refused,         ///< `take_refusal`, then nothing more may be read
    };

    RequestReader(Door& door, std::string peer) : door_(door), peer_(std::move(peer)) {}

    /// Forgets the last request.
    void begin();
    /// Goes on with what is unread in `input`, and leaves what belongs to the next request.
    [[nodiscard]] Step read(Input& input);

    [[nodiscard]] Request take_request() { return std::move(request_); }
    /// What the request holds of the budget; to live as long as its body.
    [[nodiscard]] BodyCharge take_charge();
    [[nodiscard]] Response take_refusal() { return std::move(refusal_); }
    /// Gives back what came of a body that is not waited for any more.
    void drop_body();
    /// How much of the body is here.
    [[nodiscard]] std::uint64_t body_bytes() const { return request_.body.size(); }
    [[nodiscard]] const std::string& peer() const { return peer_; }
    [[nodiscard]] const Framing& framing() const { return framing_; }
    /// False for HEAD and for statuses that never have a body.
    [[nodiscard]] bool may_answer_with_body(int status) const;

  private:
    [[nodiscard]] Step read_head(Input& input);
    [[nodiscard]] std::optional<Response> check();
    [[nodiscard]] Step read_body(Input& input);
    [[nodiscard]] Step refuse(Response response);

    Door& door_;
    const std::string peer_;
    RequestParser parser_;
    HeadScan scan_;
    Framing framing_;
    Request request_;
    std::optional<BodyCharge> charge_;
    std::uint64_t body_limit_ = 0;
    Response refusal_;
    bool is_head_request_ = false;
    bool has_head_ = false;
};

}  // namespace hookd::http
