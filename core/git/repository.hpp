#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/names.hpp"

namespace hookd::git {

/// The commits and paths a moved ref brought.
struct Brought {
    std::vector<Commit> commits;  ///< oldest first, at most Event::k_max_commits, with paths
    std::int64_t commit_count = 0;
    std::vector<std::string> paths;  ///< sorted union over the change
    bool paths_complete = true;
    std::optional<bool> forced;  ///< the old commit is no ancestor of the new one
};

struct TagRequest {
    std::string name;  ///< "v1.2.0", without refs/tags/
    ObjectId target;
    std::string message;  ///< of the annotated tag
    std::string tagger_name;
    std::string tagger_email;
    WallTime at{};
};

struct TagRef {
    std::string name;  ///< without refs/tags/
    ObjectId target;   ///< the commit, peeled
};

struct RefPosition {
    std::string name;  ///< full, bytes
    ObjectId id;       ///< what the ref points at, unpeeled
};

/// A bare repository (or a mirror of one) on this machine, opened with libgit2. Runs no program
/// of the repository's: no hooks, no filters, no fsmonitor (threats.md T047).
/// **Thread:** one at a time per object; open one per thread.
class Repository {
  public:
    /// **Errors:** not_found; denied where another user owns it (safe.directory), with what to
    /// do; invalid where libgit2 cannot read its format (sha256, reftable).
    [[nodiscard]] static Result<Repository> open(const std::filesystem::path& path);

    Repository(Repository&&) noexcept;
    Repository& operator=(Repository&&) noexcept;
    ~Repository();

    /// The object a full ref name points at, unpeeled; nothing where the ref is not there.
    [[nodiscard]] Result<std::optional<ObjectId>> ref(const std::string& name) const;
    [[nodiscard]] Result<std::vector<RefPosition>> refs() const;
    /// The commit behind `id`, peeling tags. **Errors:** not_found, invalid (no commit there).
    [[nodiscard]] Result<ObjectId> peel_to_commit(const ObjectId& id) const;
    /// The branch HEAD names, full; nothing where it is unborn or detached.
    [[nodiscard]] std::optional<std::string> default_branch() const;

    /// What moving `ref` from `before` to `after` brought. A new branch is compared with its
    /// merge base with the default branch, a force push with the merge base of old and new; a
    /// new default branch brings its whole history. Reading stops at `most_commits`; then
    /// commits and paths are incomplete. Both ids may be zero (creation, deletion).
    [[nodiscard]] Result<Brought> brought(const std::string& ref, const ObjectId& before,
                                          const ObjectId& after,
                                          std::size_t most_commits = 20'000) const;

    /// Writes the tree of `commit` into `folder`, which must be empty. Never follows a link out
    /// of it, and applies no filter or attribute of the repository. Submodules stay empty folders.
    /// `stop` is asked now and then; once true the checkout ends with an error.
    [[nodiscard]] Status checkout(const ObjectId& commit, const std::filesystem::path& folder,
                                  const std::function<bool()>& stop = {}) const;

    /// All tags that point, through annotated tags, at commits.
    [[nodiscard]] Result<std::vector<TagRef>> tags() const;
    /// Creates an annotated tag, never moves one. Success too where that tag is there on the same
    /// commit. **Errors:** exists (on another commit); invalid (name).
    [[nodiscard]] Status create_tag(const TagRequest& request) const;
    /// Whether `ancestor` is `commit` or reachable from it.
    [[nodiscard]] Result<bool> is_ancestor(const ObjectId& ancestor, const ObjectId& commit) const;

  private:
    struct Impl;
    explicit Repository(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace hookd::git
