#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "hooks/answer_board.hpp"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace hookd::hooks {

/// Answers hooks that have left a file in the spool: one line with its name in, a `SpoolAnswer`
/// out, and the connection closes. Only the file's owner, root and we ourselves are answered.
/// **Thread:** `serve` is one thread's; `stop_fd` is any thread's to signal.
class SpoolSocket {
  public:
    /// More hooks than this at a time wait in the backlog.
    static constexpr std::size_t k_most_connections = 64;
    /// A hook has left long before.
    static constexpr Milliseconds k_longest{10'000};

    /// Listens on `path`, for its owner and, where set, `group`. A socket there that nobody answers
    /// on is replaced. **Errors:** exists where somebody answers on it; invalid (too long).
    [[nodiscard]] static Result<SpoolSocket> listen(const std::filesystem::path& path,
                                                    std::optional<gid_t> group);

    SpoolSocket(SpoolSocket&&) noexcept = default;
    SpoolSocket& operator=(SpoolSocket&&) = delete;
    ~SpoolSocket();

    /// Answers from `board`, until `stop_fd` is readable. `wake` is called when a hook asks about
    /// a file the board says nothing about yet.
    void serve(AnswerBoard& board, const std::function<void()>& wake, int stop_fd, Log& log);

  private:
    struct Asking {
        Fd connection;
        uid_t peer = 0;
        std::string line;  ///< what has come of the file's name
        BootTime until{};
    };

    SpoolSocket() = default;
    void accept_one(Log& log);
    /// Whether there is nothing more to do with it.
    [[nodiscard]] bool receive(Asking& asking);
    [[nodiscard]] static bool answer(const Asking& asking, const AnswerBoard& board);

    std::filesystem::path path_;
    Fd listener_;
    RealClock clock_;
    std::map<int, Asking> asking_;
};

}  // namespace hookd::hooks
