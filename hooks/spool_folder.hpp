#pragma once

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/result.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hookd::hooks {

/// A spool file's bytes, and who put it there.
struct SpooledFile {
    std::string bytes;
    uid_t owner = 0;
};

/// The spool as the daemon sees it: files of hooks, which may be other users' and anything.
/// Names are looked up in the opened folder alone; links are never followed.
/// **Thread:** one at a time.
class SpoolFolder {
  public:
    /// Refused files beyond this many make the oldest go.
    static constexpr std::size_t k_most_refused = 1000;

    /// Makes the folder where it is missing, for its owner alone. Where hooks run as other users
    /// than the daemon, the administrator gives it to a group that both are in, with mode 3770:
    /// then hooks leave files that the group may read, and nobody can remove another's.
    /// **Errors:** denied where everybody may write it, or it belongs to somebody else.
    [[nodiscard]] static Result<SpoolFolder> open(const std::filesystem::path& path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// The group that may write it; nothing where it is its owner's alone.
    [[nodiscard]] std::optional<gid_t> group() const { return group_; }

    /// The oldest `most` files whose names come after `after`, oldest first: names sort by time.
    [[nodiscard]] Result<std::vector<std::string>> names_after(const std::string& after,
                                                               std::size_t most) const;

    /// **Errors:** not_found; invalid where it can never be taken: no regular file of its own, or
    /// too large; others where it cannot be read now.
    [[nodiscard]] Result<SpooledFile> read(const std::string& name) const;

    /// Takes the file away. Should a power cut bring it back, the queue knows its delivery.
    [[nodiscard]] Status remove(const std::string& name) const;

    /// Moves the file to `refused/`, from where a person may move it back to have it tried again.
    [[nodiscard]] Status refuse(const std::string& name) const;

    /// Removes what hooks that died have left half written, older than an hour.
    void clean(WallTime now) const;

  private:
    explicit SpoolFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
    std::optional<gid_t> group_;
    Fd folder_;
    Fd refused_;
};

}  // namespace hookd::hooks
