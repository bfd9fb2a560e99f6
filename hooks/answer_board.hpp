#pragma once

#include "core/base/fd.hpp"
#include "core/base/result.hpp"
#include "hooks/spool_answer.hpp"

#include <sys/types.h>

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace hookd::hooks {

/// What became of the latest spool files, for hooks that ask: the file may be taken before its
/// hook has asked. **Thread:** any.
class AnswerBoard {
  public:
    struct Entry {
        SpoolAnswer answer;
        uid_t owner = 0;  ///< of the file
    };

    /// **Errors:** whatever eventfd(2) says.
    [[nodiscard]] Status open();

    /// Puts up the answer about a file. The oldest goes where there are more than a few hundred.
    void put(const std::string& file_name, Entry entry);
    [[nodiscard]] std::optional<Entry> find(const std::string& file_name) const;

    /// Readable after a `put`; see `drain_event_fd`.
    [[nodiscard]] int fd() const { return changed_.get(); }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;
    std::deque<std::string> order_;
    Fd changed_;
};

}  // namespace hookd::hooks
