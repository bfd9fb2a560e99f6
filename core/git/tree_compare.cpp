#include "core/git/tree_compare.hpp"

#include <git2.h>

#include <algorithm>
#include <cstring>

namespace hookd::git {
namespace {

/// Trees that hold one tree many times, many levels deep, have more entries than any disk.
constexpr std::size_t k_most_differences = 200'000;

bool is_tree(const ::git_tree_entry* entry) {
    return ::git_tree_entry_filemode(entry) == GIT_FILEMODE_TREE;
}

/// The order of entries in a tree: bytes, with a folder's name ending in '/'. So a file and a
/// folder of one name are two different things. **Source:** git's base_name_compare.
int compare_names(const ::git_tree_entry* a, const ::git_tree_entry* b) {
    const std::string_view left = ::git_tree_entry_name(a);
    const std::string_view right = ::git_tree_entry_name(b);
    const auto common = std::min(left.size(), right.size());
    if (const int order = std::memcmp(left.data(), right.data(), common); order != 0) {
        return order;
    }
    const auto next = [common](std::string_view name, const ::git_tree_entry* entry) -> int {
        if (name.size() > common) {
            return static_cast<unsigned char>(name[common]);
        }
        return is_tree(entry) ? '/' : 0;
    };
    return next(left, a) - next(right, b);
}

class Comparison {
  public:
    Comparison(::git_repository* repository, const OnChangedPath& on_path)
        : repository_(repository), on_path_(on_path) {}

    Status run(const ::git_oid* old_tree, const ::git_oid* new_tree) {
        return trees(old_tree, new_tree, 0);
    }
    [[nodiscard]] bool stopped() const { return stopped_; }

  private:
    Result<Owned<::git_tree>> read(const ::git_oid* id) {
        Owned<::git_tree> tree;
        if (id == nullptr) {
            return tree;
        }
        if (const int status = ::git_tree_lookup(tree.into(), repository_, id); status != 0) {
            return fail_git(status, "cannot read the tree " + quote(*id));
        }
        return tree;
    }

    Status trees(const ::git_oid* old_id, const ::git_oid* new_id, std::size_t depth) {
        if (depth > k_deepest_tree) {
            stopped_ = true;
            return {};
        }
        const auto old_tree = read(old_id);
        if (!old_tree) {
            return fail(old_tree.error());
        }
        const auto new_tree = read(new_id);
        if (!new_tree) {
            return fail(new_tree.error());
        }
        const auto count = [](const Owned<::git_tree>& tree) {
            return tree ? ::git_tree_entrycount(tree.get()) : 0;
        };
        const std::size_t old_count = count(*old_tree);
        const std::size_t new_count = count(*new_tree);
        std::size_t i = 0;
        std::size_t j = 0;
        while (!stopped_ && (i < old_count || j < new_count)) {
            const auto* before =
                i < old_count ? ::git_tree_entry_byindex(old_tree->get(), i) : nullptr;
            const auto* after =
                j < new_count ? ::git_tree_entry_byindex(new_tree->get(), j) : nullptr;
            if (before != nullptr && after != nullptr) {
                const int order = compare_names(before, after);
                before = order > 0 ? nullptr : before;
                after = order < 0 ? nullptr : after;
            }
            i += before != nullptr ? 1 : 0;
            j += after != nullptr ? 1 : 0;
            if (auto compared = entries(before, after, depth); !compared) {
                return compared;
            }
        }
        return {};
    }

    /// Two entries of one name and kind, or one entry and nothing.
    Status entries(const ::git_tree_entry* before, const ::git_tree_entry* after,
                   std::size_t depth) {
        const auto* old_id = before != nullptr ? ::git_tree_entry_id(before) : nullptr;
        const auto* new_id = after != nullptr ? ::git_tree_entry_id(after) : nullptr;
        const bool same_id =
            old_id != nullptr && new_id != nullptr && ::git_oid_equal(old_id, new_id) != 0;
        if (same_id && ::git_tree_entry_filemode(before) == ::git_tree_entry_filemode(after)) {
            return {};
        }
        if (++differences_ > k_most_differences) {
            stopped_ = true;
            return {};
        }
        const auto* any = after != nullptr ? after : before;
        const auto length = path_.size();
        path_ += ::git_tree_entry_name(any);
        Status status;
        if (is_tree(any)) {
            path_ += '/';
            status = trees(old_id, new_id, depth + 1);
        } else if (!on_path_(before == nullptr  ? PathChange::added
                             : after == nullptr ? PathChange::removed
                                                : PathChange::modified,
                             path_)) {
            stopped_ = true;
        }
        path_.resize(length);
        return status;
    }

    ::git_repository* repository_;
    const OnChangedPath& on_path_;
    std::string path_;
    std::size_t differences_ = 0;
    bool stopped_ = false;
};

}  // namespace

Result<Compared> compare_trees(::git_repository* repository, const ::git_oid* old_tree,
                               const ::git_oid* new_tree, const OnChangedPath& on_path) {
    const bool same = old_tree == new_tree || (old_tree != nullptr && new_tree != nullptr &&
                                               ::git_oid_equal(old_tree, new_tree) != 0);
    if (same) {
        return Compared::whole;
    }
    Comparison comparison(repository, on_path);
    if (auto status = comparison.run(old_tree, new_tree); !status) {
        return fail(status.error());
    }
    return comparison.stopped() ? Compared::stopped : Compared::whole;
}

}  // namespace hookd::git
