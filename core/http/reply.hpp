#pragma once

#include "core/http/message.hpp"
#include "core/http/outbox.hpp"
#include "core/http/response.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace hookd::http {

/// What the service has said to one request so far: an answer, or a stream that gathers here
/// while the batch before is being sent.
class Reply {
  public:
    enum class Kind { none, answer, stream, dropped };

    /// Part of a stream, ready for the wire.
    struct Batch {
        std::string wire;
        std::size_t bytes = 0;  ///< the same as the service counts, without framing
    };

    explicit Reply(Wire::Length length = Wire::Length::counted) : stream_length_(length) {}

    void hear(Message message);

    [[nodiscard]] Kind kind() const { return kind_; }
    /// The answer, or the head and first part of the stream.
    [[nodiscard]] Response take_response() { return std::move(response_); }

    [[nodiscard]] Wire::Length stream_length() const { return stream_length_; }
    void add(std::string_view part);
    [[nodiscard]] Batch take() { return std::exchange(batch_, Batch()); }
    [[nodiscard]] bool is_empty() const { return batch_.wire.empty(); }
    /// Nothing more will come. `whole` is no where the client should see that something misses.
    enum class Whole { no, yes };
    void end(Whole whole) { end_ = whole; }
    [[nodiscard]] bool has_ended() const { return end_.has_value(); }
    [[nodiscard]] bool is_whole() const { return end_ == Whole::yes; }

  private:
    Wire::Length stream_length_;
    Kind kind_ = Kind::none;
    Response response_;
    Batch batch_;
    std::optional<Whole> end_;
};

}  // namespace hookd::http
