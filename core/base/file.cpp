#include "core/base/file.hpp"

#include "core/base/ulid.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hookd {
namespace {

std::string quoted(const std::filesystem::path& path) {
    return "\"" + path.string() + "\"";
}

bool is_folder(const std::filesystem::path& path) {
    struct ::stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    // Not blocking: a fifo would wait for its writer.
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
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
    const auto too_large = [&] {
        return fail(ErrorCode::invalid,
                    quoted(path) + " is larger than " + std::to_string(limit) + " bytes");
    };
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > limit) {
        return too_large();
    }
    std::string data;
    data.reserve(size);
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
            return too_large();  // it has grown since, or says no size (procfs)
        }
        data.append(block, static_cast<std::size_t>(got));
    }
}

Status write_file_durably(const std::filesystem::path& path, std::string_view data, mode_t mode) {
    const auto temporary = path.parent_path() / (".tmp-" + make_ulid(RealClock{}.wall()));
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
    // Most often its parents are there, or it is there itself: no need to walk down to it.
    if (::mkdir(path.c_str(), mode) == 0 || is_folder(path)) {
        return {};
    }
    std::filesystem::path so_far;
    for (const auto& part : path) {
        so_far /= part;
        if (::mkdir(so_far.c_str(), mode) != 0 && errno != EEXIST) {
            return fail_errno("cannot make the folder " + quoted(so_far));
        }
    }
    if (!is_folder(path)) {
        return fail(ErrorCode::invalid, quoted(path) + " is not a folder");
    }
    return {};
}

}  // namespace hookd
