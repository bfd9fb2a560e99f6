#pragma once

#include "api/context.hpp"
#include "api/routes.hpp"
#include "core/base/result.hpp"
#include "core/http/message.hpp"
#include "core/http/server.hpp"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hookd::api {

/// Which log, and from where.
struct LogWanted {
    RunId run;
    std::string action;
    std::optional<int> attempt;  ///< nothing: the last one
    std::size_t offset = 0;
};

/// Reads `{run}`, `{action}`, `{attempt}` ("last" too) and `?offset` or the Last-Event-ID header.
/// **Errors:** invalid.
[[nodiscard]] Result<LogWanted> log_wanted(const PathValues& path, const http::Head& head);

struct AttemptFound {
    std::optional<Fence> fence;  ///< nothing: it has not started
    bool over = false;           ///< nothing more will be written
    std::string state;           ///< the action's
};

/// **Errors:** not_found.
[[nodiscard]] Result<AttemptFound> find_attempt(queue::Queue& queue, const LogWanted& wanted);

/// At most `most` bytes of a file from `offset`; empty beyond its end or where it is not there.
[[nodiscard]] Result<std::string> read_part(const std::filesystem::path& file, std::size_t offset,
                                            std::size_t most);

/// Live logs as server-sent events: `id` is the offset behind the part, `data` the part as a JSON
/// string; at the end an event `end` with the action's state. One thread looks at all followed
/// files, and sleeps while there are none.
/// **Source:** WHATWG HTML, "Server-sent events".
class LogStream {
  public:
    explicit LogStream(const Context& context);
    ~LogStream();
    LogStream(const LogStream&) = delete;
    LogStream& operator=(const LogStream&) = delete;

    void follow(LogWanted wanted, const http::Responder& responder);

  private:
    struct Follower {
        LogWanted wanted;
        http::Responder::Stream stream;
        std::optional<Fence> fence;
        int quiet_rounds = 0;
        bool over = false;  ///< the attempt ended; what is left of its log is being sent
    };

    void look_after_all();
    /// Sends what is new; false once the follower is done or gone.
    [[nodiscard]] bool serve(Follower& follower) const;

    const Context& context_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Follower> arriving_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hookd::api
