#include "config/guarded_file.hpp"

#include "core/base/file.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace hookd::config {
namespace {

std::string quote(const std::filesystem::path& path) {
    return "\"" + path.string() + "\"";
}

constexpr ::mode_t k_writable_by_others = S_IWGRP | S_IWOTH;

Status check_folder(const std::filesystem::path& folder) {
    struct ::stat status {};
    if (::stat(folder.c_str(), &status) != 0) {
        return fail_errno("cannot read the folder " + quote(folder));
    }
    // In a sticky folder, such as /tmp, nobody can replace the file of another.
    if ((status.st_mode & k_writable_by_others) != 0 && (status.st_mode & S_ISVTX) == 0) {
        return fail(ErrorCode::denied, "the folder " + quote(folder) +
                                           " can be written by others, who could replace what is "
                                           "in it: chmod go-w " +
                                           folder.string());
    }
    return {};
}

}  // namespace

Result<std::string> read_guarded(const std::filesystem::path& file, FileKind kind,
                                 std::size_t limit) {
    struct ::stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        const int problem = errno;
        auto failure = fail_errno("cannot read " + quote(file));
        return problem == ENOENT ? fail(ErrorCode::not_found, failure.value().message) : failure;
    }
    // Asked before it is opened: opening a named pipe would wait for its writer.
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::invalid, quote(file) + " is not a regular file");
    }
    const bool secret = kind == FileKind::secret;
    if (secret && (status.st_mode & (k_writable_by_others | S_IRWXO)) != 0) {
        return fail(ErrorCode::denied,
                    quote(file) + " can be read or written by others: chmod 600 " + file.string());
    }
    if ((status.st_mode & k_writable_by_others) != 0) {
        return fail(ErrorCode::denied,
                    quote(file) + " can be written by others: chmod go-w " + file.string());
    }
    const auto folder = file.parent_path();
    if (auto guarded = check_folder(folder.empty() ? "." : folder); !guarded) {
        return fail(guarded.error());
    }
    return read_file(file, limit);
}

}  // namespace hookd::config
