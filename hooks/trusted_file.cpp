#include "hooks/trusted_file.hpp"

#include "core/base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hookd::hooks {
namespace {

Status check(const Fd& handle, const std::string& name, uid_t owner) {
    struct ::stat status {};
    if (::fstat(handle.get(), &status) != 0) {
        return fail_errno("cannot look at \"" + name + "\"");
    }
    if (status.st_uid != 0 && status.st_uid != owner && status.st_uid != ::geteuid()) {
        return fail(ErrorCode::denied, "\"" + name + "\" belongs to another user (uid " +
                                           std::to_string(status.st_uid) + ")");
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::denied,
                    "others may write \"" + name + "\"; take that right away (chmod go-w)");
    }
    return {};
}

Result<std::string> read_whole(const Fd& file, const std::string& name, std::size_t limit) {
    std::string data(limit + 1, '\0');
    std::size_t filled = 0;
    while (filled < data.size()) {
        const auto got = ::read(file.get(), data.data() + filled, data.size() - filled);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_errno("cannot read \"" + name + "\"");
        }
        if (got == 0) {
            data.resize(filled);
            return data;
        }
        filled += static_cast<std::size_t>(got);
    }
    return fail(ErrorCode::invalid,
                "\"" + name + "\" is larger than " + std::to_string(limit) + " bytes");
}

}  // namespace

Result<std::string> read_trusted_file(const std::string& folder, const std::string& name,
                                      uid_t owner, std::size_t limit) {
    const Fd parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!parent.is_open()) {
        return fail_errno("cannot open \"" + folder + "\"");
    }
    if (auto checked = check(parent, folder, owner); !checked) {
        return fail(checked.error());
    }
    // Without O_NONBLOCK a pipe of that name would hold us for ever.
    const Fd file(
        ::openat(parent.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    const std::string path = folder + "/" + name;
    if (!file.is_open()) {
        return fail_errno("cannot open \"" + path + "\"");
    }
    struct ::stat status {};
    if (::fstat(file.get(), &status) == 0 && !S_ISREG(status.st_mode)) {
        return fail(ErrorCode::denied, "\"" + path + "\" is not a regular file");
    }
    if (auto checked = check(file, path, owner); !checked) {
        return fail(checked.error());
    }
    return read_whole(file, path, limit);
}

}  // namespace hookd::hooks
