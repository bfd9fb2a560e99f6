#include "core/http/reply.hpp"

namespace hookd::http {

void Reply::hear(Message message) {
    switch (message.kind) {
        case Message::Kind::answer:
            kind_ = Kind::answer;
            response_ = std::move(message.response);
            break;
        case Message::Kind::begin:
            kind_ = Kind::stream;
            response_ = std::move(message.response);
            break;
        case Message::Kind::part:
            add(message.text);
            break;
        case Message::Kind::end:
            end(Whole::yes);
            break;
        case Message::Kind::dropped:
            kind_ = kind_ == Kind::none ? Kind::dropped : kind_;
            end(Whole::no);
            break;
    }
}

void Reply::add(std::string_view part) {
    batch_.bytes += part.size();
    if (stream_length_ != Wire::Length::chunked) {
        batch_.wire.append(part);
    } else if (!part.empty()) {
        append_chunk(batch_.wire, part);
    }
}

}  // namespace hookd::http
