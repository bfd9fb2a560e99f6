#include "core/base/fd.hpp"
#include "core/git/blob.hpp"
#include "core/git/entry_name.hpp"
#include "core/git/library.hpp"
#include "core/git/repository_impl.hpp"

#include <fcntl.h>
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hookd::git {
namespace {

/// One descriptor is open for each folder on the way down.
constexpr std::size_t k_deepest_folder = 200;
/// Trees that hold the same tree many times, many levels deep, would fill any disk.
constexpr std::size_t k_most_entries = 5'000'000;
constexpr std::size_t k_longest_link = 4095;

/// Writes a tree entry by entry, each by its bare name in a folder that is held open: no path is
/// ever resolved, so no link, old or new, is followed (threats.md T047, T048).
class Checkout {
  public:
    Checkout(::git_repository* repository, ::git_odb* store, const std::function<bool()>& stop)
        : repository_(repository), store_(store), stop_(stop) {}

    Status folder(const ::git_oid& tree_id, int folder, std::size_t depth) {
        if (depth > k_deepest_folder) {
            return refuse("is deeper than " + std::to_string(k_deepest_folder) + " folders");
        }
        Owned<::git_tree> tree;
        if (const int status = ::git_tree_lookup(tree.into(), repository_, &tree_id); status != 0) {
            return fail_git(status, "cannot read the tree of " + shown());
        }
        for (std::size_t i = 0; i < ::git_tree_entrycount(tree.get()); ++i) {
            const auto* found = ::git_tree_entry_byindex(tree.get(), i);
            const auto length = path_.size();
            path_ += ::git_tree_entry_name(found);
            if (auto written = entry(found, folder, depth); !written) {
                return written;
            }
            path_.resize(length);
        }
        return {};
    }

  private:
    [[nodiscard]] std::string shown() const { return quote(path_); }

    [[nodiscard]] tl::unexpected<Error> refuse(const std::string& why) const {
        return fail(ErrorCode::invalid, shown() + " " + why + ": not checked out");
    }

    Status ask_to_go_on() const {
        if (stop_ && stop_()) {
            return fail(ErrorCode::unavailable, "the checkout was stopped at " + shown());
        }
        return {};
    }

    Status entry(const ::git_tree_entry* found, int folder, std::size_t depth) {
        if (auto go_on = ask_to_go_on(); !go_on) {
            return go_on;
        }
        if (++entries_ > k_most_entries) {
            return refuse("is one of more than " + std::to_string(k_most_entries) + " entries");
        }
        const char* name = ::git_tree_entry_name(found);
        if (!is_safe_entry_name(name)) {
            return refuse("has a name that no checkout may have");
        }
        const ::git_oid& id = *::git_tree_entry_id(found);
        switch (::git_tree_entry_filemode(found)) {
            case GIT_FILEMODE_TREE:
                return inner_folder(id, folder, name, depth);
            case GIT_FILEMODE_BLOB:
                return file(id, folder, name, 0644);
            case GIT_FILEMODE_BLOB_EXECUTABLE:
                return file(id, folder, name, 0755);
            case GIT_FILEMODE_LINK:
                return link(id, folder, name);
            case GIT_FILEMODE_COMMIT: {
                const auto made = make_folder(folder, name);
                return made ? Status{} : fail(made.error());
            }
            default:
                return refuse("has a mode that is not git's");
        }
    }

    Result<Fd> make_folder(int folder, const char* name) const {
        if (::mkdirat(folder, name, 0700) != 0) {
            return errno == EEXIST ? refuse("is there twice")
                                   : fail_errno("cannot make the folder " + shown());
        }
        Fd made(::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        // The mode is the checkout's, not the umask's.
        if (!made.is_open() || ::fchmod(made.get(), 0755) != 0) {
            return fail_errno("cannot open the folder " + shown());
        }
        return made;
    }

    Status inner_folder(const ::git_oid& id, int folder, const char* name, std::size_t depth) {
        const auto made = make_folder(folder, name);
        if (!made) {
            return fail(made.error());
        }
        path_ += '/';
        return this->folder(id, made->get(), depth + 1);
    }

    Status file(const ::git_oid& id, int folder, const char* name, mode_t mode) const {
        const Fd made(
            ::openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!made.is_open()) {
            return errno == EEXIST ? refuse("is there twice")
                                   : fail_errno("cannot create " + shown());
        }
        const auto block = [this, &made](std::string_view bytes) -> Status {
            if (auto go_on = ask_to_go_on(); !go_on) {
                return go_on;
            }
            return write_all(made.get(), bytes);
        };
        if (auto written = read_blob(store_, id, block); !written) {
            return fail(written.error().in("cannot write " + shown()));
        }
        if (::fchmod(made.get(), mode) != 0) {
            return fail_errno("cannot set the mode of " + shown());
        }
        return {};
    }

    Status link(const ::git_oid& id, int folder, const char* name) const {
        std::string target;
        const auto collect = [this, &target](std::string_view bytes) -> Status {
            if (target.size() + bytes.size() > k_longest_link) {
                return refuse("is a link of more than 4095 bytes");
            }
            target += bytes;
            return {};
        };
        if (auto read = read_blob(store_, id, collect); !read) {
            return read;
        }
        if (target.empty() || target.find('\0') != std::string::npos) {
            return refuse("is a link to nothing that could be a path");
        }
        if (::symlinkat(target.c_str(), folder, name) != 0) {
            return errno == EEXIST ? refuse("is there twice")
                                   : fail_errno("cannot make the link " + shown());
        }
        return {};
    }

    ::git_repository* repository_;
    ::git_odb* store_;
    const std::function<bool()>& stop_;
    std::string path_;
    std::size_t entries_ = 0;
};

Result<Fd> open_empty(const std::filesystem::path& path) {
    Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.is_open()) {
        return fail_errno("cannot open the folder \"" + path.string() + "\"");
    }
    std::error_code error;
    if (!std::filesystem::is_empty(path, error) || error) {
        return fail(ErrorCode::invalid, "\"" + path.string() + "\" is not an empty folder");
    }
    return folder;
}

}  // namespace

Status Repository::checkout(const ObjectId& commit, const std::filesystem::path& folder,
                            const std::function<bool()>& stop) const {
    const auto found = impl_->commit(commit);
    if (!found) {
        return fail(found.error());
    }
    const auto root = open_empty(folder);
    if (!root) {
        return fail(root.error());
    }
    Owned<::git_odb> store;
    if (const int status = ::git_repository_odb(store.into(), impl_->get()); status != 0) {
        return fail_git(status, "cannot open the objects of \"" + impl_->path.string() + "\"");
    }
    Checkout checkout(impl_->get(), store.get(), stop);
    auto written = checkout.folder(*::git_commit_tree_id(found->get()), root->get(), 0);
    return written ? written : fail(written.error().in(commit.short_text()));
}

}  // namespace hookd::git
