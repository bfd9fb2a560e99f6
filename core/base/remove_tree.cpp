#include "core/base/fd.hpp"
#include "core/base/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace hookd {
namespace {

/// Folders whose streams stay open while what is in them is removed. Deeper trees close the
/// outer ones and find back to them through "..".
constexpr std::size_t k_open_folders = 32;

constexpr int k_folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseStream {
    void operator()(::DIR* stream) const { ::closedir(stream); }
};

/// A folder that is being emptied.
struct Level {
    std::string name;
    ::dev_t device = 0;
    ::ino_t inode = 0;
    std::unique_ptr<::DIR, CloseStream> stream;  ///< null where it had to be closed
};

/// Keeps errno: tells which entry it was, without the whole way to a deep one.
Status cannot(const std::filesystem::path& root, std::string_view what, std::string_view entry) {
    const int number = errno;
    std::string text = std::string(what) + " \"" + root.string() + "\"";
    if (!entry.empty()) {
        text += ": \"" + std::string(entry) + "\"";
    }
    errno = number;
    return fail_errno(std::move(text));
}

Fd open_folder(int parent, const char* name) {
    Fd folder(::openat(parent, name, k_folder_flags));
    if (!folder.is_open() && errno == EACCES &&
        ::fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) == 0) {
        folder = Fd(::openat(parent, name, k_folder_flags));
    }
    return folder;
}

class Removal {
  public:
    explicit Removal(const std::filesystem::path& root) : root_(root) {}

    /// Empties the folder `top`. Its stack of levels lies on the heap.
    Status run(Fd top) {
        if (auto entered = enter(std::move(top), ""); !entered) {
            return entered;
        }
        while (!levels_.empty()) {
            auto deeper = remove_entries();
            if (!deeper) {
                return fail(deeper.error());
            }
            if (!*deeper) {
                if (auto left = leave(); !left) {
                    return left;
                }
            }
        }
        return {};
    }

  private:
    [[nodiscard]] int here() const { return ::dirfd(levels_.back().stream.get()); }

    /// Makes `folder` the level that is being emptied.
    Status enter(Fd folder, std::string name) {
        struct ::stat status {};
        if (::fstat(folder.get(), &status) != 0) {
            return cannot(root_, "cannot read", name);
        }
        // Entries of a folder whose mode forbids it cannot be removed otherwise.
        if ((status.st_mode & 0700U) != 0700U) {
            ::fchmod(folder.get(), 0700);
        }
        Level level{std::move(name), status.st_dev, status.st_ino, nullptr};
        level.stream.reset(::fdopendir(folder.get()));
        if (!level.stream) {
            return cannot(root_, "cannot read", level.name);
        }
        static_cast<void>(folder.release());  // the stream has it now
        levels_.push_back(std::move(level));
        if (levels_.size() > k_open_folders) {
            levels_[levels_.size() - 1 - k_open_folders].stream.reset();
        }
        return {};
    }

    /// Removes what is no folder. Returns true once it stands in a folder further down, false
    /// once this one is empty.
    Result<bool> remove_entries() {
        while (const ::dirent* entry = ::readdir(levels_.back().stream.get())) {
            const std::string name = entry->d_name;
            if (name == "." || name == ".." || ::unlinkat(here(), name.c_str(), 0) == 0) {
                continue;
            }
            const int refusal = errno;
            if (::unlinkat(here(), name.c_str(), AT_REMOVEDIR) == 0) {
                continue;
            }
            Fd folder = open_folder(here(), name.c_str());
            if (!folder.is_open()) {
                if (errno == ENOTDIR || errno == ELOOP) {
                    errno = refusal;  // it is no folder: the first answer tells why it stays
                }
                return fail(cannot(root_, "cannot remove from", name).error());
            }
            if (auto entered = enter(std::move(folder), name); !entered) {
                return fail(entered.error());
            }
            return true;
        }
        return false;
    }

    /// Goes back to the folder around the emptied one and removes the latter.
    Status leave() {
        const Level emptied = std::move(levels_.back());
        levels_.pop_back();
        if (levels_.empty()) {
            return {};
        }
        Level& outer = levels_.back();
        if (!outer.stream) {
            Fd folder(::openat(::dirfd(emptied.stream.get()), "..", k_folder_flags));
            struct ::stat status {};
            if (!folder.is_open() || ::fstat(folder.get(), &status) != 0) {
                return cannot(root_, "cannot go back in", emptied.name);
            }
            if (status.st_dev != outer.device || status.st_ino != outer.inode) {
                return fail("\"" + root_.string() + "\" was moved while it was being removed");
            }
            outer.stream.reset(::fdopendir(folder.get()));
            if (!outer.stream) {
                return cannot(root_, "cannot read", outer.name);
            }
            static_cast<void>(folder.release());
        }
        if (::unlinkat(here(), emptied.name.c_str(), AT_REMOVEDIR) != 0) {
            return cannot(root_, "cannot remove from", emptied.name);
        }
        return {};
    }

    const std::filesystem::path& root_;
    std::vector<Level> levels_;
};

}  // namespace

Status remove_tree(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) {
        return {};
    }
    const int refusal = errno;
    Fd top = open_folder(AT_FDCWD, path.c_str());
    if (!top.is_open()) {
        if (errno == ENOTDIR || errno == ELOOP) {
            errno = refusal;
        }
        return cannot(path, "cannot remove", "");
    }
    if (auto emptied = Removal(path).run(std::move(top)); !emptied) {
        return emptied;
    }
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) {
        return cannot(path, "cannot remove", "");
    }
    return {};
}

}  // namespace hookd
