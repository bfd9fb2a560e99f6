#include "hooks/spool_folder.hpp"

#include "core/base/file.hpp"
#include "hooks/spool_record.hpp"
#include "hooks/spool_writer.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>

namespace hookd::hooks {
namespace {

constexpr auto k_refused = "refused";
constexpr std::chrono::hours k_stale{1};

Fd open_folder(int at, const char* name) {
    return Fd(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Calls `use` with every name in the folder.
Status for_each_name(const Fd& folder, const std::function<void(const std::string&)>& use) {
    // A stream of its own: reading must start at the beginning each time.
    Fd again = open_folder(folder.get(), ".");
    const std::unique_ptr<::DIR, int (*)(::DIR*)> stream(::fdopendir(again.get()), ::closedir);
    if (!stream) {
        return fail_errno("cannot read the spool folder");
    }
    static_cast<void>(again.release());
    while (const ::dirent* entry = ::readdir(stream.get())) {
        use(entry->d_name);
    }
    return {};
}

/// The group that may write the folder, if any. **Errors:** denied.
Result<std::optional<gid_t>> check_rights(const Fd& folder, const std::filesystem::path& path) {
    struct ::stat status {};
    if (::fstat(folder.get(), &status) != 0) {
        return fail_errno("cannot look at \"" + path.string() + "\"");
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return fail(ErrorCode::denied, "the spool folder \"" + path.string() +
                                           "\" belongs to another user (uid " +
                                           std::to_string(status.st_uid) + ")");
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        return fail(ErrorCode::denied, "everybody may write the spool folder \"" + path.string() +
                                           "\"; its mode should be 0700 or 3770");
    }
    return (status.st_mode & S_IWGRP) != 0 ? std::optional(status.st_gid) : std::nullopt;
}

/// Keeps `refused/` from growing for ever: the oldest go first.
void prune(const Fd& refused) {
    std::vector<std::string> names;
    const auto listed = for_each_name(refused, [&](const std::string& name) {
        if (!id_of_spool_file(name).empty()) {
            names.push_back(name);
        }
    });
    if (!listed || names.size() <= SpoolFolder::k_most_refused) {
        return;
    }
    std::sort(names.begin(), names.end());
    names.resize(names.size() - SpoolFolder::k_most_refused);
    for (const auto& name : names) {
        ::unlinkat(refused.get(), name.c_str(), 0);
    }
}

}  // namespace

Result<SpoolFolder> SpoolFolder::open(const std::filesystem::path& path) {
    if (auto made = make_folders(path); !made) {
        return fail(made.error());
    }
    SpoolFolder spool(path);
    spool.folder_ = open_folder(AT_FDCWD, path.c_str());
    if (!spool.folder_.is_open()) {
        return fail_errno("cannot open the spool folder \"" + path.string() + "\"");
    }
    const auto group = check_rights(spool.folder_, path);
    if (!group) {
        return fail(group.error());
    }
    spool.group_ = *group;
    if (::mkdirat(spool.folder_.get(), k_refused, 0700) != 0 && errno != EEXIST) {
        return fail_errno("cannot make \"" + (path / k_refused).string() + "\"");
    }
    spool.refused_ = open_folder(spool.folder_.get(), k_refused);
    if (!spool.refused_.is_open()) {
        return fail_errno("cannot open \"" + (path / k_refused).string() + "\"");
    }
    return spool;
}

Result<std::vector<std::string>> SpoolFolder::names_after(const std::string& after,
                                                          std::size_t most) const {
    std::vector<std::string> names;  // a heap with the newest on top
    const auto listed = for_each_name(folder_, [&](const std::string& name) {
        if (name <= after || id_of_spool_file(name).empty() ||
            (names.size() == most && name > names.front())) {
            return;
        }
        names.push_back(name);
        std::push_heap(names.begin(), names.end());
        if (names.size() > most) {
            std::pop_heap(names.begin(), names.end());
            names.pop_back();
        }
    });
    if (!listed) {
        return fail(listed.error());
    }
    std::sort_heap(names.begin(), names.end());
    return names;
}

Result<SpooledFile> SpoolFolder::read(const std::string& name) const {
    const Fd file(
        ::openat(folder_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open() && (errno == ELOOP || errno == ENXIO)) {
        return fail(ErrorCode::invalid, "it is not a regular file");
    }
    struct ::stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
        return fail_errno("cannot open the spool file");
    }
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1) {
        return fail(ErrorCode::invalid, "it is not a regular file with one name");
    }
    if (status.st_size > static_cast<::off_t>(SpoolLimits::k_file_bytes)) {
        return fail(ErrorCode::invalid, "it is too large");
    }
    SpooledFile spooled{std::string(static_cast<std::size_t>(status.st_size), '\0'), status.st_uid};
    std::size_t filled = 0;
    while (filled < spooled.bytes.size()) {
        const ::ssize_t got =
            ::read(file.get(), spooled.bytes.data() + filled, spooled.bytes.size() - filled);
        if (got < 0 && errno != EINTR) {
            return fail_errno("cannot read the spool file");
        }
        if (got == 0) {
            break;
        }
        filled += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    spooled.bytes.resize(filled);
    return spooled;
}

Status SpoolFolder::remove(const std::string& name) const {
    if (::unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
        return fail_errno("cannot remove the spool file");
    }
    return {};
}

Status SpoolFolder::refuse(const std::string& name) const {
    if (::renameat(folder_.get(), name.c_str(), refused_.get(), name.c_str()) != 0) {
        return fail_errno("cannot move the spool file to " + std::string(k_refused));
    }
    prune(refused_);
    return {};
}

void SpoolFolder::clean(WallTime now) const {
    std::vector<std::string> stale;
    const auto listed = for_each_name(folder_, [&](const std::string& name) {
        struct ::stat status {};
        if (is_spool_temporary(name) &&
            ::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            WallTime(std::chrono::seconds(status.st_mtim.tv_sec)) + k_stale < now) {
            stale.push_back(name);
        }
    });
    // What could not be listed or removed now is met again at the next start.
    for (const auto& name : listed ? stale : std::vector<std::string>{}) {
        ::unlinkat(folder_.get(), name.c_str(), 0);
    }
}

}  // namespace hookd::hooks
