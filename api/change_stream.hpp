#pragma once

#include "api/context.hpp"
#include "core/http/server.hpp"
#include "core/queue/queue.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace hookd::api {

/// State changes as server-sent events, as they are committed: events `event`, `run` and `action`
/// with a JSON object of ids and state. A client that was away reads the state anew: changes are
/// not kept. **Source:** WHATWG HTML, "Server-sent events".
class ChangeStream {
  public:
    explicit ChangeStream(const Context& context);
    ~ChangeStream();
    ChangeStream(const ChangeStream&) = delete;
    ChangeStream& operator=(const ChangeStream&) = delete;

    /// `run`: only what concerns this one.
    void follow(std::optional<RunId> run, const http::Responder& responder);

  private:
    struct Follower {
        std::optional<RunId> run;
        http::Responder::Stream stream;
    };

    void pass_on(std::span<const queue::Change> changes);
    void give_signs_of_life();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Follower> followers_;
    std::uint64_t last_id_ = 0;
    bool stopping_ = false;
    std::thread ticker_;
    queue::Subscription subscription_;  ///< last: its listener uses the above
};

}  // namespace hookd::api
