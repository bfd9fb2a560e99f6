#include "core/git/commit_record.hpp"
#include "core/git/library.hpp"
#include "core/git/repository_impl.hpp"
#include "core/git/tree_compare.hpp"

#include <git2.h>

#include <algorithm>
#include <map>

namespace hookd::git {
namespace {

Result<std::optional<::git_oid>> merge_base(::git_repository* repository, const ::git_oid& one,
                                            const ::git_oid& two) {
    ::git_oid base;
    const int status = ::git_merge_base(&base, repository, &one, &two);
    if (status == GIT_ENOTFOUND) {
        return std::nullopt;
    }
    if (status != 0) {
        return fail_git(status,
                        "cannot find the merge base of " + quote(one) + " and " + quote(two));
    }
    return base;
}

/// The commits that `tip` reaches and `known` does not.
struct Walked {
    std::vector<::git_oid> newest;  ///< newest first, at most Event::k_max_commits
    std::size_t count = 0;
    bool whole = true;
};

Result<Walked> walk(::git_repository* repository, const ::git_oid& tip,
                    const std::optional<::git_oid>& known, std::size_t most) {
    const auto failed = [&tip](int status) {
        return fail_git(status, "cannot walk from " + quote(tip));
    };
    Owned<::git_revwalk> walker;
    int status = ::git_revwalk_new(walker.into(), repository);
    // Hidden ones first: the other way round libgit2 1.9 reads the whole history.
    if (status == 0 && known) {
        status = ::git_revwalk_hide(walker.get(), &*known);
    }
    if (status == 0) {
        status = ::git_revwalk_push(walker.get(), &tip);
    }
    if (status != 0) {
        return failed(status);
    }
    // In the unsorted order commits come by time as they are read; any sorting reads the whole
    // history before it gives the first.
    Walked walked;
    ::git_oid id;
    while ((status = ::git_revwalk_next(&id, walker.get())) == 0) {
        if (walked.count == most) {
            walked.whole = false;
            return walked;
        }
        ++walked.count;
        if (walked.newest.size() < Event::k_max_commits) {
            walked.newest.push_back(id);
        }
    }
    if (status != GIT_ITEROVER) {
        return failed(status);
    }
    return walked;
}

/// Oldest first, and no commit before its parents: commits of one second, and clocks that were
/// wrong, come in any order.
class OldestFirst {
  public:
    explicit OldestFirst(std::vector<Commit> newest_first) : commits_(std::move(newest_first)) {
        for (std::size_t i = 0; i < commits_.size(); ++i) {
            index_.emplace(commits_[i].id, i);
        }
        taken_.resize(commits_.size(), false);
    }

    std::vector<Commit> take() {
        for (std::size_t i = commits_.size(); i-- > 0;) {
            take(i);
        }
        return std::move(ordered_);
    }

  private:
    void take(std::size_t i) {
        if (taken_[i]) {
            return;
        }
        taken_[i] = true;
        for (const auto& parent : commits_[i].parents) {
            if (const auto found = index_.find(parent); found != index_.end()) {
                take(found->second);
            }
        }
        ordered_.push_back(std::move(commits_[i]));
    }

    std::vector<Commit> commits_;
    std::map<std::string, std::size_t> index_;
    std::vector<bool> taken_;
    std::vector<Commit> ordered_;
};

Status add_commits(::git_repository* repository, const Walked& walked, Brought& brought) {
    std::size_t paths_left = Brought::k_max_paths;
    std::vector<Commit> commits;
    for (const auto& id : walked.newest) {
        auto record = commit_record(repository, id, paths_left);
        if (!record) {
            return fail(record.error());
        }
        commits.push_back(std::move(*record));
    }
    brought.commits = OldestFirst(std::move(commits)).take();
    brought.commit_count = static_cast<std::int64_t>(walked.count);
    brought.commits_complete =
        walked.whole && walked.newest.size() == walked.count && paths_left > 0;
    return {};
}

Result<::git_oid> tree_of(::git_repository* repository, const ::git_oid& commit_id) {
    Owned<::git_commit> commit;
    if (const int status = ::git_commit_lookup(commit.into(), repository, &commit_id);
        status != 0) {
        return fail_git(status, "cannot read the commit " + quote(commit_id));
    }
    return *::git_commit_tree_id(commit.get());
}

Status add_paths(::git_repository* repository, const std::optional<::git_oid>& base,
                 const ::git_oid& tip, Brought& brought) {
    const auto new_tree = tree_of(repository, tip);
    if (!new_tree) {
        return fail(new_tree.error());
    }
    std::optional<::git_oid> old_tree;
    if (base) {
        const auto read = tree_of(repository, *base);
        if (!read) {
            return fail(read.error());
        }
        old_tree = *read;
    }
    const auto compared = compare_trees(repository, old_tree ? &*old_tree : nullptr, &*new_tree,
                                        [&brought](PathChange /*change*/, const std::string& path) {
                                            if (brought.paths.size() == Brought::k_max_paths) {
                                                return false;
                                            }
                                            brought.paths.push_back(path);
                                            return true;
                                        });
    if (!compared) {
        return fail(compared.error());
    }
    brought.paths_complete = *compared == Compared::whole;
    std::sort(brought.paths.begin(), brought.paths.end());
    brought.paths.erase(std::unique(brought.paths.begin(), brought.paths.end()),
                        brought.paths.end());
    return {};
}

/// What cannot be found out: no list is whole.
Brought unknown() {
    Brought brought;
    brought.commits_complete = false;
    brought.paths_complete = false;
    return brought;
}

/// Whether the old commit is no ancestor of the new one; nothing where one of them is not there.
std::optional<bool> is_forced(const Repository& repository, const ObjectId& before,
                              const ObjectId& after) {
    if (before.is_zero()) {
        return std::nullopt;
    }
    const auto ancestor = repository.is_ancestor(before, after);
    return ancestor ? std::optional<bool>(!*ancestor) : std::nullopt;
}

/// The commit from which a moved or new ref is seen: the old one, or the default branch's.
Result<std::optional<ObjectId>> seen_from(const Repository& repository, const std::string& ref,
                                          const ObjectId& before) {
    if (!before.is_zero()) {
        const auto commit = repository.peel_to_commit(before);
        return commit ? Result<std::optional<ObjectId>>(*commit) : fail(commit.error());
    }
    const auto main = repository.default_branch();
    if (!main || *main == ref) {
        return std::nullopt;
    }
    return repository.ref(*main);
}

bool is_gone(const Error& error) {
    return error.code == ErrorCode::not_found || error.code == ErrorCode::invalid;
}

}  // namespace

Result<Brought> Repository::brought(const std::string& ref, const ObjectId& before,
                                    const ObjectId& after, std::size_t most_commits) const {
    Brought brought;
    if (after.is_zero()) {
        return brought;
    }
    brought.forced = is_forced(*this, before, after);
    if (!tag_of(ref).empty()) {
        return brought;
    }
    const auto tip = impl_->commit(after);
    if (!tip) {
        // Refs outside heads and tags may point at anything.
        const bool expected = tip.error().code == ErrorCode::invalid && branch_of(ref).empty();
        return expected ? Result<Brought>(unknown()) : fail(tip.error());
    }
    const ::git_oid& tip_id = *::git_commit_id(tip->get());
    const auto from = seen_from(*this, ref, before);
    if (!from) {
        return is_gone(from.error()) ? Result<Brought>(unknown()) : fail(from.error());
    }
    std::optional<::git_oid> known;
    std::optional<::git_oid> base;
    if (*from) {
        ::git_oid id;
        if (auto read = read_id(**from, id); !read) {
            return fail(read.error());
        }
        auto found = merge_base(impl_->get(), id, tip_id);
        if (!found) {
            return fail(found.error());
        }
        known = id;
        base = *found;
    }
    const auto walked = walk(impl_->get(), tip_id, known, most_commits);
    if (!walked) {
        return fail(walked.error());
    }
    if (auto added = add_commits(impl_->get(), *walked, brought); !added) {
        return fail(added.error());
    }
    if (auto added = add_paths(impl_->get(), base, tip_id, brought); !added) {
        return fail(added.error());
    }
    return brought;
}

}  // namespace hookd::git
