#include "hooks/spool_writer.hpp"

#include "core/base/fd.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hookd::hooks {
namespace {

constexpr std::string_view k_temporary_suffix = ".tmp";

/// The mode of files in this folder. **Errors:** denied.
Result<mode_t> mode_of_files(const Fd& folder) {
    struct ::stat status {};
    if (::fstat(folder.get(), &status) != 0) {
        return fail_errno("cannot look at the spool folder");
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        return fail(ErrorCode::denied,
                    "everybody may write the spool folder; its mode should be 0700 or 3770");
    }
    return (status.st_mode & S_IWGRP) != 0 ? mode_t{0640} : mode_t{0600};
}

Status write_and_sync(const Fd& file, mode_t mode, std::string_view text) {
    // The umask belongs to whoever pushed; whether the daemon can read must not depend on it.
    if (::fchmod(file.get(), mode) != 0) {
        return fail_errno("cannot set the mode of the spool file");
    }
    if (auto written = write_all(file.get(), text); !written) {
        return fail(written.error().in("the spool file"));
    }
    if (::fsync(file.get()) != 0) {
        return fail_errno("cannot sync the spool file");
    }
    return {};
}

}  // namespace

Result<std::string> write_to_spool(const std::string& folder, const SpoolRecord& record) {
    const std::string text = to_text(record);
    // What cannot be read back must not be promised.
    if (auto readable = spool_record_from(text); !readable) {
        return fail(readable.error());
    }
    const Fd handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.is_open()) {
        return fail_errno("cannot open the spool folder");
    }
    const auto mode = mode_of_files(handle);
    if (!mode) {
        return fail(mode.error());
    }
    std::string name = spool_file_name(record);
    const std::string temporary = spool_temporary_name(name);
    const Fd file(::openat(handle.get(), temporary.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, *mode));
    if (!file.is_open()) {
        return fail_errno("cannot create a file in the spool folder");
    }
    if (auto written = write_and_sync(file, *mode, text); !written) {
        ::unlinkat(handle.get(), temporary.c_str(), 0);
        return fail(written.error());
    }
    if (::renameat(handle.get(), temporary.c_str(), handle.get(), name.c_str()) != 0) {
        auto error = fail_errno("cannot rename the spool file");
        ::unlinkat(handle.get(), temporary.c_str(), 0);
        return error;
    }
    if (::fsync(handle.get()) != 0) {
        return fail_errno("cannot sync the spool folder");
    }
    return name;
}

std::string spool_temporary_name(const std::string& file_name) {
    return "." + file_name + std::string(k_temporary_suffix);
}

bool is_spool_temporary(std::string_view name) {
    if (name.size() <= k_temporary_suffix.size() || !name.starts_with('.') ||
        !name.ends_with(k_temporary_suffix)) {
        return false;
    }
    name.remove_prefix(1);
    name.remove_suffix(k_temporary_suffix.size());
    return !id_of_spool_file(name).empty();
}

}  // namespace hookd::hooks
