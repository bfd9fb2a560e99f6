#include "core/http/responder.hpp"

#include <exception>
#include <utility>

namespace hookd::http {

Responder::Impl::~Impl() {
    if (finished.load(std::memory_order_acquire)) {
        return;
    }
    try {
        say(Message::Kind::dropped, {}, {});
    } catch (const std::exception&) {
        return;  // a destructor has nobody to tell
    }
}

void Responder::Impl::say(Message::Kind kind, Response response, std::string text) {
    Message message;
    message.kind = kind;
    message.session = session;
    message.request = request;
    message.response = std::move(response);
    message.text = std::move(text);
    outbox->put(std::move(message));
}

void Responder::respond(Response response) const {
    if (impl_->answered.exchange(true)) {
        return;
    }
    impl_->finished.store(true, std::memory_order_release);
    impl_->charge.release();
    impl_->say(Message::Kind::answer, std::move(response), {});
}

Responder::Stream Responder::stream(Response response) const {
    if (!impl_->answered.exchange(true)) {
        impl_->charge.release();
        impl_->unsent.fetch_add(response.body.size());
        impl_->say(Message::Kind::begin, std::move(response), {});
    }
    return Stream(impl_);
}

bool Responder::Stream::send(std::string part) const {
    if (!is_open()) {
        return false;
    }
    if (part.empty()) {
        return true;
    }
    // A part larger than the bound may go alone: it is in memory already.
    const std::size_t before = impl_->unsent.fetch_add(part.size());
    if (before > 0 && before + part.size() > k_stream_bytes) {
        impl_->unsent.fetch_sub(part.size());
        return false;
    }
    impl_->say(Message::Kind::part, {}, std::move(part));
    return true;
}

bool Responder::Stream::is_open() const {
    return !impl_->gone.load(std::memory_order_acquire) &&
           !impl_->finished.load(std::memory_order_acquire);
}

void Responder::Stream::end() const {
    if (!impl_->finished.exchange(true)) {
        impl_->say(Message::Kind::end, {}, {});
    }
}

}  // namespace hookd::http
