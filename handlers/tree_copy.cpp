#include "handlers/tree_copy.hpp"

#include "core/base/text.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace hookd::handlers {
namespace {

constexpr std::size_t k_chunk = std::size_t{4} << 20;
/// One descriptor on each side is open for each folder on the way down.
constexpr std::size_t k_deepest_folder = 200;
constexpr mode_t k_kept_bits = 0777;

using Folder = std::unique_ptr<::DIR, int (*)(::DIR*)>;

class TreeCopy {
  public:
    explicit TreeCopy(const std::function<bool()>& stop) : stop_(stop) {}

    Status folder(int from, int to, std::size_t depth) {
        if (depth > k_deepest_folder) {
            return fail(ErrorCode::invalid, shown() + " is deeper than " +
                                                std::to_string(k_deepest_folder) + " folders");
        }
        // A descriptor of its own: a stream closes the one it reads.
        const int listed = ::openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const Folder stream(listed < 0 ? nullptr : ::fdopendir(listed), ::closedir);
        if (!stream) {
            return fail_errno("cannot read the folder " + shown());
        }
        while (const ::dirent* found = ::readdir(stream.get())) {
            const std::string_view name = found->d_name;
            if (name == "." || name == ".." || name == ".git") {
                continue;
            }
            const auto length = path_.size();
            path_ += (path_.empty() ? "" : "/") + std::string(name);
            if (auto done = entry(from, to, found->d_name, depth); !done) {
                return done;
            }
            path_.resize(length);
        }
        return {};
    }

    CopiedTree copied;

  private:
    [[nodiscard]] std::string shown() const {
        return "\"" + printable_line(path_.empty() ? "." : path_) + "\"";
    }

    Status ask_to_go_on() const {
        if (stop_ && stop_()) {
            return fail(ErrorCode::unavailable, "the copying was stopped at " + shown());
        }
        return {};
    }

    Status entry(int from, int to, const char* name, std::size_t depth) {
        if (auto go_on = ask_to_go_on(); !go_on) {
            return go_on;
        }
        struct ::stat status {};
        if (::fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return fail_errno("cannot read " + shown());
        }
        if (S_ISDIR(status.st_mode)) {
            return inner_folder(from, to, name, depth);
        }
        if (S_ISREG(status.st_mode)) {
            return file(from, to, name);
        }
        if (S_ISLNK(status.st_mode)) {
            return link(from, to, name);
        }
        copied.left_out.push_back(path_);
        return {};
    }

    Status inner_folder(int from, int to, const char* name, std::size_t depth) {
        const Fd source(::openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        struct ::stat status {};
        if (!source.is_open() || ::fstat(source.get(), &status) != 0) {
            return fail_errno("cannot read the folder " + shown());
        }
        if (::mkdirat(to, name, 0700) != 0) {
            return fail_errno("cannot make the folder " + shown());
        }
        const Fd target(::openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!target.is_open()) {
            return fail_errno("cannot open the folder " + shown());
        }
        if (auto filled = folder(source.get(), target.get(), depth + 1); !filled) {
            return filled;
        }
        // Last: its mode may forbid writing into it.
        if (::fchmod(target.get(), status.st_mode & k_kept_bits) != 0) {
            return fail_errno("cannot set the mode of " + shown());
        }
        return {};
    }

    Status file(int from, int to, const char* name) {
        // Not blocking: what was a file a moment ago may be a pipe now.
        const Fd source(::openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        struct ::stat status {};
        if (!source.is_open() || ::fstat(source.get(), &status) != 0) {
            return fail_errno("cannot read " + shown());
        }
        const Fd target(
            ::openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!target.is_open()) {
            return fail_errno("cannot create " + shown());
        }
        if (auto written = content(source.get(), target.get()); !written) {
            return written;
        }
        if (::fchmod(target.get(), status.st_mode & k_kept_bits) != 0) {
            return fail_errno("cannot set the mode of " + shown());
        }
        ++copied.files;
        return {};
    }

    Status content(int from, int to) {
        bool in_kernel = true;
        for (;;) {
            const auto moved = in_kernel ? ::copy_file_range(from, nullptr, to, nullptr, k_chunk, 0)
                                         : by_hand(from, to);
            if (moved == 0) {
                return {};
            }
            if (moved > 0) {
                copied.bytes += moved;
                if (auto go_on = ask_to_go_on(); !go_on) {
                    return go_on;
                }
            } else if (in_kernel && errno != EINTR && errno != ENOSPC && errno != EDQUOT) {
                // Not between these two file systems; offsets stand where they stood.
                in_kernel = false;
            } else if (errno != EINTR) {
                return fail_errno("cannot copy " + shown());
            }
        }
    }

    ::ssize_t by_hand(int from, int to) {
        buffer_.resize(std::size_t{256} << 10);
        const ::ssize_t got = ::read(from, buffer_.data(), buffer_.size());
        if (got > 0 &&
            !write_all(to, std::string_view(buffer_).substr(0, static_cast<std::size_t>(got)))) {
            return -1;
        }
        return got;
    }

    Status link(int from, int to, const char* name) {
        std::string target(4096, '\0');
        const ::ssize_t size = ::readlinkat(from, name, target.data(), target.size());
        if (size < 0) {
            return fail_errno("cannot read the link " + shown());
        }
        target.resize(static_cast<std::size_t>(size));
        if (::symlinkat(target.c_str(), to, name) != 0) {
            return fail_errno("cannot make the link " + shown());
        }
        ++copied.files;
        return {};
    }

    const std::function<bool()>& stop_;
    std::string path_;
    std::string buffer_;
};

}  // namespace

hookd::Result<Fd> open_folder_below(const std::filesystem::path& root,
                                    const std::filesystem::path& relative) {
    const std::string shown = "\"" + printable_line(relative.string()) + "\"";
    if (relative.is_absolute() ||
        std::find(relative.begin(), relative.end(), "..") != relative.end()) {
        return fail(ErrorCode::invalid, shown + " is no relative folder without \"..\"");
    }
    Fd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) {
        return fail_errno("cannot open \"" + root.string() + "\"");
    }
    for (const auto& part : relative) {
        if (part.empty() || part == ".") {
            continue;
        }
        Fd next(
            ::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next.is_open() && (errno == ENOTDIR || errno == ELOOP)) {
            return fail(ErrorCode::invalid, shown + " is no folder of the workspace: \"" +
                                                printable_line(part.string()) +
                                                "\" is a file or a link");
        }
        if (!next.is_open()) {
            return fail_errno("cannot open the folder " + shown + " of the workspace");
        }
        folder = std::move(next);
    }
    return folder;
}

hookd::Result<CopiedTree> copy_tree(int from, int to, const std::function<bool()>& stop) {
    TreeCopy copy(stop);
    if (auto done = copy.folder(from, to, 0); !done) {
        return fail(done.error());
    }
    return std::move(copy.copied);
}

}  // namespace hookd::handlers
