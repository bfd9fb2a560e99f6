#include "core/http/request_reader.hpp"

#include "core/http/response.hpp"

#include <utility>

namespace hookd::http {

void RequestReader::begin() {
    scan_ = HeadScan();
    framing_ = Framing();
    request_ = Request();
    charge_.reset();
    is_head_request_ = false;
    has_head_ = false;
}

BodyCharge RequestReader::take_charge() {
    BodyCharge charge = std::move(*charge_);
    charge_.reset();
    return charge;
}

bool RequestReader::may_answer_with_body(int status) const {
    return !is_head_request_ && !is_bodyless(status);
}

RequestReader::Step RequestReader::read(Input& input) {
    return has_head_ ? read_body(input) : read_head(input);
}

RequestReader::Step RequestReader::refuse(Response response) {
    drop_body();
    refusal_ = std::move(response);
    return Step::refused;
}

void RequestReader::drop_body() {
    std::string().swap(request_.body);
    request_.observer.reset();
    charge_.reset();
}

RequestReader::Step RequestReader::read_head(Input& input) {
    const auto size = scan_.scan(input.unread(), door_.limits);
    if (!size) {
        return refuse(answer_to(size.error()));
    }
    if (!*size) {
        return Step::needs_head;
    }
    const std::string_view block = input.unread().substr(0, **size);
    const auto framing = check_framing(block, door_.limits);
    if (!framing) {
        return refuse(answer_to(framing.error()));
    }
    framing_ = *framing;
    auto head = parser_.read_head(block, framing_);
    if (!head) {
        return refuse(answer_to(head.error()));
    }
    request_.head = std::move(*head);
    request_.head.peer = peer_;
    is_head_request_ = request_.head.method == "HEAD";
    input.consume(**size);
    has_head_ = true;

    if (auto refused = check()) {
        return refuse(std::move(*refused));
    }
    charge_.emplace(door_.budget, framing_.content_length.value_or(0));
    if (!framing_.has_body()) {
        return Step::done;
    }
    request_.observer = door_.service.observe(request_.head);
    parser_.expect_body(request_.body, *charge_, request_.observer.get(), body_limit_);
    // A client that sends the body at once does not wait for leave.
    if (framing_.expects_continue && input.unread().empty()) {
        return Step::needs_continue;
    }
    return read_body(input);
}

/// What refuses a request before its body is read.
std::optional<Response> RequestReader::check() {
    body_limit_ = door_.limits.body_bytes;
    if (auto refused = door_.service.check(request_.head, body_limit_)) {
        return refused;
    }
    const std::uint64_t declared = framing_.content_length.value_or(0);
    if (declared > body_limit_) {
        return answer_to({413, "the body is too large"});
    }
    if (!door_.budget->has_room_for(declared)) {
        return answer_to({503, "too many bodies are being read, try again"});
    }
    return std::nullopt;
}

RequestReader::Step RequestReader::read_body(Input& input) {
    const auto used = parser_.read_body(input.unread());
    if (!used) {
        return refuse(answer_to(used.error()));
    }
    input.consume(*used);
    return parser_.is_done() ? Step::done : Step::needs_body;
}

}  // namespace hookd::http
