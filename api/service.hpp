#pragma once

#include "api/change_stream.hpp"
#include "api/context.hpp"
#include "api/log_stream.hpp"
#include "core/http/server.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace hookd::api {

/// The HTTP API: `hookctl` and third parties alike. Answers are made on a thread of its own,
/// since they read the database; the network thread only hands requests over.
/// **Requires:** the parts of `context` outlive it; the server has stopped before it ends.
class Service final : public http::Service {
  public:
    explicit Service(Context context);
    ~Service() override;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    [[nodiscard]] std::optional<http::Response> check(const http::Head& head,
                                                      std::uint64_t& body_limit) override;
    void serve(http::Request request, http::Responder responder) override;

  private:
    using Waiting = std::pair<http::Request, http::Responder>;

    void answer_waiting();
    void answer(const http::Request& request, const http::Responder& responder);

    const Context context_;
    ChangeStream changes_;
    LogStream logs_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hookd::api
