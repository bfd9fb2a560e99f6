#include "core/git/commit_record.hpp"

#include "core/git/tree_compare.hpp"

#include <git2.h>

#include <chrono>

namespace hookd::git {
namespace {

constexpr std::size_t k_longest_message = std::size_t{64} << 10;
constexpr std::size_t k_longest_name = 1024;

/// At most `limit` bytes of `text`, cut between characters.
std::string cut(const char* text, std::size_t limit) {
    std::string_view all = text == nullptr ? "" : text;
    if (all.size() > limit) {
        while (limit > 0 && (static_cast<unsigned char>(all[limit]) & 0xC0U) == 0x80U) {
            --limit;
        }
        all = all.substr(0, limit);
    }
    return std::string(all);
}

/// Nothing for a time that no calendar shows: a commit may hold any number.
std::optional<WallTime> to_time(::git_time_t seconds) {
    constexpr ::git_time_t k_year_10000 = 253'402'300'800;
    if (seconds < 0 || seconds >= k_year_10000) {
        return std::nullopt;
    }
    return WallTime(std::chrono::seconds(seconds));
}

Status list_paths(::git_repository* repository, const ::git_commit* commit, Commit& record,
                  std::size_t& paths_left) {
    Owned<::git_commit> parent;
    if (::git_commit_parentcount(commit) > 0) {
        if (const int status = ::git_commit_parent(parent.into(), commit, 0); status != 0) {
            return fail_git(status, "cannot read the parent of \"" + record.id + "\"");
        }
    }
    const auto add = [&record, &paths_left](PathChange change, const std::string& path) {
        if (paths_left == 0) {
            return false;
        }
        --paths_left;
        auto& list = change == PathChange::added     ? record.added
                     : change == PathChange::removed ? record.removed
                                                     : record.modified;
        list.push_back(path);
        return true;
    };
    const auto compared =
        compare_trees(repository, parent ? ::git_commit_tree_id(parent.get()) : nullptr,
                      ::git_commit_tree_id(commit), add);
    if (!compared) {
        return fail(compared.error());
    }
    if (*compared == Compared::stopped) {
        paths_left = 0;
    }
    return {};
}

}  // namespace

Result<Commit> commit_record(::git_repository* repository, const ::git_oid& id,
                             std::size_t& paths_left) {
    Owned<::git_commit> commit;
    if (const int status = ::git_commit_lookup(commit.into(), repository, &id); status != 0) {
        return fail_git(status, "cannot read the commit " + quote(id));
    }
    Commit record;
    record.id = to_object_id(id).text();
    for (unsigned i = 0; i < ::git_commit_parentcount(commit.get()); ++i) {
        record.parents.push_back(to_object_id(*::git_commit_parent_id(commit.get(), i)).text());
    }
    record.message = cut(::git_commit_message(commit.get()), k_longest_message);
    if (const ::git_signature* author = ::git_commit_author(commit.get())) {
        record.author.name = cut(author->name, k_longest_name);
        record.author.email = cut(author->email, k_longest_name);
    }
    record.timestamp = to_time(::git_commit_time(commit.get()));
    if (auto listed = list_paths(repository, commit.get(), record, paths_left); !listed) {
        return fail(listed.error());
    }
    return record;
}

}  // namespace hookd::git
