#pragma once

#include "core/http/message.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace hookd::http {

/// What a responder says to the session that asked.
struct Message {
    enum class Kind {
        answer,   ///< `response` is all of it
        begin,    ///< `response` is the head and the first part of a stream
        part,     ///< `text` goes on
        end,      ///< the stream is whole
        dropped,  ///< nobody will say more
    };
    Kind kind = Kind::dropped;
    std::uint64_t session = 0;
    std::uint64_t request = 0;  ///< counted within the session: late words are told apart
    Response response;
    std::string text;
};

/// Carries messages from any thread to the network thread. However many gather before it looks,
/// it is woken once. **Thread:** any.
class Outbox {
  public:
    /// `wake` makes the network thread call `take` soon; called without a lock of ours beside
    /// the one that keeps `close` waiting.
    explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    void put(Message message);
    /// Everything that has gathered, in order. `into` is emptied first and its memory reused.
    void take(std::vector<Message>& into);
    /// From now on messages are thrown away and `wake` is not called any more.
    void close();

  private:
    std::mutex mutex_;
    std::vector<Message> messages_;
    std::function<void()> wake_;
    bool closed_ = false;
};

}  // namespace hookd::http
