#pragma once

#include "core/http/responder.hpp"
#include "tests/support/eventually.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookd::test {

/// Gives a responder without a server, and shows what was said through it.
class RecordedAnswer {
  public:
    http::Responder responder() {
        auto impl = std::make_shared<http::Responder::Impl>(
            outbox_, 1, 1,
            http::BodyCharge(std::make_shared<http::BodyBudget>(1 << 30, 1 << 30), 0));
        impl_ = impl;
        return http::Responder(std::move(impl));
    }

    /// The answer, waited for. Throws where the responder was dropped unanswered.
    http::Response wait() {
        if (!eventually([this] { return gathered().has_value() || dropped_; })) {
            throw std::runtime_error("nobody answered");
        }
        if (!response_) {
            throw std::runtime_error("the responder was dropped unanswered");
        }
        return *response_;
    }

    /// All parts of a streamed answer so far, the first one too.
    std::string streamed() { return gathered() ? response_->body + parts_ : std::string(); }
    bool has_ended() { return gathered() && ended_; }
    /// As when the client goes away.
    void leave() {
        if (const auto impl = impl_.lock()) {
            impl->gone.store(true);
        }
    }

  private:
    const std::optional<http::Response>& gathered() {
        std::vector<http::Message> messages;
        outbox_->take(messages);
        for (http::Message& message : messages) {
            switch (message.kind) {
                case http::Message::Kind::answer:
                case http::Message::Kind::begin:
                    response_ = std::move(message.response);
                    break;
                case http::Message::Kind::part:
                    parts_ += message.text;
                    break;
                case http::Message::Kind::end:
                    ended_ = true;
                    break;
                case http::Message::Kind::dropped:
                    dropped_ = true;
                    break;
            }
        }
        return response_;
    }

    std::shared_ptr<http::Outbox> outbox_ = std::make_shared<http::Outbox>([] {});
    std::weak_ptr<http::Responder::Impl> impl_;
    std::optional<http::Response> response_;
    std::string parts_;
    bool ended_ = false;
    bool dropped_ = false;
};

}  // namespace hookd::test
