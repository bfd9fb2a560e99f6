#pragma once

#include "core/base/clock.hpp"
#include "core/base/fd.hpp"
#include "core/base/result.hpp"
#include "handlers/tree_copy.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hookd::handlers {

/// Where releases live on this machine:
///
///     releases/20261123T100001Z-59b20b8d5c6f/   whole, synced, never written to again
///     releases/.unproven-NAME                   its deploy has not succeeded (yet)
///     current -> releases/20261123T100001Z-59b20b8d5c6f
///
/// `current` is only ever replaced by a rename: whoever looks, and whatever crashes, it leads to
/// one whole release. Everything else in the folder is left alone.
/// **Thread:** one at a time; of several that open one folder each waits for the one before.
class ReleaseFolder {
  public:
    /// Makes the folder where it is not there (0755), waits for its lock, and removes what a crash
    /// left: half copies, half links. **Errors:** invalid where `current` is there and is no link,
    /// or `path` is not absolute; unavailable where `stop` said so.
    [[nodiscard]] static hookd::Result<ReleaseFolder> open(const std::filesystem::path& path,
                                                           const std::function<bool()>& stop);

    /// What `current` says, as it stands in the link; nothing where there is none.
    [[nodiscard]] hookd::Result<std::optional<std::string>> current() const;
    /// The release that `current` leads to; nothing where it leads elsewhere or nowhere.
    [[nodiscard]] std::optional<std::string> current_release() const;

    struct Added {
        std::string name;
        CopiedTree copied;
    };
    /// Copies the folder `from` into a new release, synced to disk and not yet proven. Its name is
    /// of `at` and the first 12 digits of `commit`, with "-2" and so on behind it where that is
    /// taken.
    [[nodiscard]] hookd::Result<Added> add(int from, WallTime at, const std::string& commit,
                                           const std::function<bool()>& stop) const;

    /// From now on the release counts: for `keep` and for going back to.
    [[nodiscard]] Status prove(const std::string& release) const;
    [[nodiscard]] bool is_proven(const std::string& release) const;

    /// Lets `current` be a link with exactly this content; where there is none, removes it.
    [[nodiscard]] Status point(const std::optional<std::string>& target) const;
    [[nodiscard]] static std::string target_of(const std::string& release) {
        return "releases/" + release;
    }

    /// The proven releases, newest first.
    [[nodiscard]] hookd::Result<std::vector<std::string>> proven() const;
    /// Removes a release with its mark. **Errors:** invalid where `current` leads to it.
    [[nodiscard]] Status remove(const std::string& release) const;
    /// Removes unproven releases, and proven ones but the `keep` newest; never one of `spared`
    /// or the one `current` leads to. Returns what was removed.
    [[nodiscard]] hookd::Result<std::vector<std::string>> prune(
        std::size_t keep, const std::vector<std::string>& spared) const;

    [[nodiscard]] std::filesystem::path path_of(const std::string& release) const {
        return path_ / "releases" / release;
    }

  private:
    ReleaseFolder(std::filesystem::path path, Fd folder, Fd releases, Fd lock);
    [[nodiscard]] Status clear_leftovers() const;
    [[nodiscard]] hookd::Result<std::string> free_name(WallTime at,
                                                       const std::string& commit) const;
    [[nodiscard]] hookd::Result<std::vector<std::string>> all() const;
    [[nodiscard]] Status mark_unproven(const std::string& release) const;

    std::filesystem::path path_;
    Fd folder_;
    Fd releases_;
    Fd lock_;
};

}  // namespace hookd::handlers
