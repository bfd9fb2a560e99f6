#pragma once

#include "core/git/library.hpp"
#include "core/git/repository.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::git {

/// What the sources of Repository share; for this folder only.
struct Repository::Impl {
    std::filesystem::path path;
    Owned<::git_repository> handle;

    [[nodiscard]] ::git_repository* get() const { return handle.get(); }

    /// The commit behind `id`. **Errors:** not_found, invalid.
    [[nodiscard]] Result<Owned<::git_commit>> commit(const ObjectId& id) const;
    [[nodiscard]] Result<bool> is_ancestor(const ::git_oid& ancestor, const ::git_oid& of) const;
};

/// The names of the refs that start with `prefix`, bytes, in no particular order.
[[nodiscard]] Result<std::vector<std::string>> ref_names(::git_repository* repository,
                                                         std::string_view prefix);

}  // namespace hookd::git
