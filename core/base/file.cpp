#include "core/base/file.hpp"

#include "core/base/ulid.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace hookd {
namespace {

std::string quoted(const std::filesystem::path& path) {
    return "\"" + path.string() + "\"";
}

/// Removes what is in the folder that `folder` holds open. Links are removed, never followed.
Status empty_folder(Fd folder, const std::filesystem::path& name) {
    // Entries of a folder whose mode forbids it cannot be unlinked otherwise.
    ::fchmod(folder.get(), 0700);
    const int raw = folder.release();
    const std::unique_ptr<::DIR, int (*)(::DIR*)> stream(::fdopendir(raw), ::closedir);
    if (!stream) {
        ::close(raw);
        return fail_errno("cannot read " + quoted(name));
    }
    while (const ::dirent* entry = ::readdir(stream.get())) {
        const std::string_view entry_name = entry->d_name;
        if (entry_name == "." || entry_name == "..") {
            continue;
        }
        if (::unlinkat(raw, entry->d_name, 0) == 0) {
            continue;
        }
        if (errno != EISDIR && errno != EPERM) {
            return fail_errno("cannot remove " + quoted(name / entry_name));
        }
        Fd inner(::openat(raw, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!inner.is_open() && errno == EACCES) {
            ::fchmodat(raw, entry->d_name, 0700, 0);
            inner =
                Fd(::openat(raw, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        }
        if (!inner.is_open()) {
            return fail_errno("cannot open " + quoted(name / entry_name));
        }
        if (auto emptied = empty_folder(std::move(inner), name / entry_name); !emptied) {
            return emptied;
        }
        if (::unlinkat(raw, entry->d_name, AT_REMOVEDIR) != 0) {
            return fail_errno("cannot remove " + quoted(name / entry_name));
        }
    }
    return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return fail_errno("cannot read " + quoted(path));
    }
    struct ::stat status {};
    if (::fstat(file.get(), &status) != 0) {
        return fail_errno("cannot read " + quoted(path));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::invalid, quoted(path) + " is not a regular file");
    }
    std::string data;
    data.reserve(std::min(limit, static_cast<std::size_t>(status.st_size)));
    char block[16384];
    for (;;) {
        const ::ssize_t got = ::read(file.get(), block, sizeof block);
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            return fail_errno("cannot read " + quoted(path));
        }
        if (got == 0) {
            return data;
        }
        if (data.size() + static_cast<std::size_t>(got) > limit) {
            return fail(ErrorCode::invalid,
                        quoted(path) + " is larger than " + std::to_string(limit) + " bytes");
        }
        data.append(block, static_cast<std::size_t>(got));
    }
}

Status write_file_durably(const std::filesystem::path& path, std::string_view data, mode_t mode) {
    const auto temporary =
        path.parent_path() / ("." + path.filename().string() + "." + make_ulid(RealClock{}.wall()));
    const auto give_up = [&temporary](Status status) {
        ::unlink(temporary.c_str());
        return status;
    };
    const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.is_open()) {
        return fail_errno("cannot create " + quoted(temporary));
    }
    if (auto written = write_all(file.get(), data); !written) {
        return give_up(fail(written.error().in(quoted(path))));
    }
    // A failed sync is final for these bytes: the kernel may have dropped them (T080).
    if (::fsync(file.get()) != 0) {
        return give_up(fail_errno("cannot sync " + quoted(path)));
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return give_up(fail_errno("cannot rename to " + quoted(path)));
    }
    return sync_folder(path.parent_path());
}

Status sync_folder(const std::filesystem::path& folder) {
    const auto& name = folder.empty() ? std::filesystem::path(".") : folder;
    const Fd handle(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.is_open() || ::fsync(handle.get()) != 0) {
        return fail_errno("cannot sync the folder " + quoted(name));
    }
    return {};
}

Status make_folders(const std::filesystem::path& path, mode_t mode) {
    std::filesystem::path so_far;
    for (const auto& part : path) {
        so_far /= part;
        if (::mkdir(so_far.c_str(), mode) != 0 && errno != EEXIST) {
            return fail_errno("cannot make the folder " + quoted(so_far));
        }
    }
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return fail(ErrorCode::invalid, quoted(path) + " is not a folder");
    }
    return {};
}

Status remove_tree(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) {
        return {};
    }
    ::chmod(path.c_str(), 0700);
    Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.is_open()) {
        return fail_errno("cannot remove " + quoted(path));
    }
    if (auto emptied = empty_folder(std::move(folder), path); !emptied) {
        return emptied;
    }
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) {
        return fail_errno("cannot remove " + quoted(path));
    }
    return {};
}

}  // namespace hookd
