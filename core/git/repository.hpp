#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "core/model/names.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookd::git {

/// The commits and paths a moved ref brought.
struct Brought {
    static constexpr std::size_t k_max_paths = 20'000;

    /// The newest, oldest first, at most Event::k_max_commits, each with the paths that differ
    /// from its first parent.
    std::vector<Commit> commits;
    std::int64_t commit_count = 0;  ///< how many there are, as far as was counted
    /// False: more than `commits` holds, or their path lists were cut at k_max_paths in all, or
    /// the old commit is gone.
    bool commits_complete = true;
    std::vector<std::string> paths;  ///< sorted union over the change, at most k_max_paths
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
    std::string name;          ///< full, bytes
    ObjectId id;               ///< what the ref points at, unpeeled
    bool is_symbolic = false;  ///< it is another name of a ref, and moves with it
};

/// A bare repository (or a mirror of one) on this machine, opened with libgit2. Runs no program
/// of the repository's: no hooks, no filters, no fsmonitor (threats.md T047).
/// **Thread:** one at a time per object; open one per thread.
class Repository {
  public:
    /// **Errors:** not_found; denied where another user owns it and git's system-wide
    /// configuration does not list it as safe.directory, with what to do; invalid where its format
    /// cannot be read (sha256, reftable, partial clone).
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
    /// Whether the object is here.
    [[nodiscard]] bool has(const ObjectId& id) const;

    /// What moving `ref` from `before` to `after` brought. Commits are those that the old commit
    /// does not reach; paths are compared with the old commit's, after a force push with those of
    /// the merge base of old and new. A new branch is seen from the default branch in both ways;
    /// a new default branch brings its whole history. A tag brings a name and neither commits nor
    /// paths, a deletion nothing. Counting stops at `most_commits`. Both ids may be zero (creation,
    /// deletion). Where the old commit is gone, or a ref outside heads and tags points at no
    /// commit, both lists are empty and incomplete.
    /// **Errors:** not_found, invalid: no commit `after`; failed: an object that cannot be read.
    [[nodiscard]] Result<Brought> brought(const std::string& ref, const ObjectId& before,
                                          const ObjectId& after,
                                          std::size_t most_commits = 20'000) const;

    /// Writes the tree of `commit` into `folder`, which must be empty: files 0644 or 0755, folders
    /// 0755 whatever the umask, links exactly as stored. Never writes through a link, and applies
    /// no filter or attribute of the repository. Submodules become empty folders. `stop` is asked
    /// before each entry and each MiB; once true the checkout ends with an error. What is there by
    /// then stays. Memory: one blob at most where it lies in a pack, a block where it is loose.
    /// **Errors:** invalid: a folder that is not empty, a tree that no honest program makes
    /// (threats.md T035); unavailable: stopped; not_found: no such commit.
    [[nodiscard]] Status checkout(const ObjectId& commit, const std::filesystem::path& folder,
                                  const std::function<bool()>& stop = {}) const;

    /// All tags that point, through annotated tags, at commits; sorted by name.
    [[nodiscard]] Result<std::vector<TagRef>> tags() const;
    /// Creates an annotated tag, never moves one. Success too where that tag is there on the same
    /// commit. **Errors:** exists (on another commit, or a tag that is a folder of this one);
    /// invalid (name, person); not_found (target); unavailable (another program holds its lock).
    [[nodiscard]] Status create_tag(const TagRequest& request) const;
    /// Whether `ancestor` is `commit` or reachable from it.
    [[nodiscard]] Result<bool> is_ancestor(const ObjectId& ancestor, const ObjectId& commit) const;

  private:
    struct Impl;
    explicit Repository(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace hookd::git
