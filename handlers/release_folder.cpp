#include "handlers/release_folder.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "handlers/release_name.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace hookd::handlers {
namespace {

constexpr const char* k_current = "current";
constexpr const char* k_lock = ".hookd-lock";
constexpr std::string_view k_half_link = ".hookd-current-";
constexpr std::string_view k_half_copy = ".incoming-";
constexpr std::string_view k_unproven = ".unproven-";

std::string quoted(const std::filesystem::path& path) {
    return "\"" + printable_line(path.string()) + "\"";
}

hookd::Result<std::vector<std::string>> names_in(int folder, const std::filesystem::path& shown) {
    const int listed = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<::DIR, int (*)(::DIR*)> stream(listed < 0 ? nullptr : ::fdopendir(listed),
                                                         ::closedir);
    if (!stream) {
        return fail_errno("cannot read " + quoted(shown));
    }
    std::vector<std::string> names;
    while (const ::dirent* entry = ::readdir(stream.get())) {
        names.emplace_back(entry->d_name);
    }
    return names;
}

/// Readable for all where we made it: a web server is another user, and the umask is the daemon's.
hookd::Result<Fd> open_or_make(int parent, const std::filesystem::path& path) {
    const bool made = ::mkdirat(parent, path.c_str(), 0755) == 0;
    if (!made && errno != EEXIST) {
        return fail_errno("cannot make the folder " + quoted(path));
    }
    Fd folder(::openat(parent, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || (made && ::fchmod(folder.get(), 0755) != 0)) {
        return fail_errno("cannot open the folder " + quoted(path));
    }
    return folder;
}

Status make_parents(const std::filesystem::path& path) {
    const auto parent = path.parent_path();
    std::error_code error;
    if (std::filesystem::exists(parent, error)) {
        return {};
    }
    if (auto above = make_parents(parent); !above) {
        return above;
    }
    const auto made = open_or_make(AT_FDCWD, parent);
    return made ? Status{} : fail(made.error());
}

Status sync(int folder, const std::filesystem::path& shown) {
    if (::fsync(folder) != 0) {
        return fail_errno("cannot sync the folder " + quoted(shown));
    }
    return {};
}

/// The lock goes with the process: a deploy that died never blocks the next one.
hookd::Result<Fd> take_lock(int folder, const std::filesystem::path& shown,
                            const std::function<bool()>& stop) {
    Fd lock(::openat(folder, k_lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!lock.is_open()) {
        return fail_errno("cannot lock " + quoted(shown));
    }
    while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail_errno("cannot lock " + quoted(shown));
        }
        if (stop && stop()) {
            return fail(ErrorCode::unavailable,
                        "another deploy into " + quoted(shown) + " was not over in time");
        }
        ::poll(nullptr, 0, 50);
    }
    return lock;
}

}  // namespace

ReleaseFolder::ReleaseFolder(std::filesystem::path path, Fd folder, Fd releases, Fd lock)
    : path_(std::move(path)),
      folder_(std::move(folder)),
      releases_(std::move(releases)),
      lock_(std::move(lock)) {}

hookd::Result<ReleaseFolder> ReleaseFolder::open(const std::filesystem::path& path,
                                                 const std::function<bool()>& stop) {
    if (!path.is_absolute()) {
        return fail(ErrorCode::invalid, quoted(path) + " is no absolute path");
    }
    if (auto made = make_parents(path); !made) {
        return fail(made.error());
    }
    auto folder = open_or_make(AT_FDCWD, path);
    if (!folder) {
        return fail(folder.error());
    }
    struct ::stat status {};
    if (::fstatat(folder->get(), k_current, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        !S_ISLNK(status.st_mode)) {
        return fail(ErrorCode::invalid,
                    quoted(path / k_current) +
                        " is there and is no link, so it cannot be switched: move it away");
    }
    auto lock = take_lock(folder->get(), path, stop);
    if (!lock) {
        return fail(lock.error());
    }
    auto releases = open_or_make(folder->get(), "releases");
    if (!releases) {
        return fail(releases.error().in(quoted(path)));
    }
    ReleaseFolder opened(path, std::move(*folder), std::move(*releases), std::move(*lock));
    if (auto cleared = opened.clear_leftovers(); !cleared) {
        return fail(cleared.error());
    }
    return opened;
}

Status ReleaseFolder::clear_leftovers() const {
    const auto links = names_in(folder_.get(), path_);
    const auto copies = names_in(releases_.get(), path_ / "releases");
    if (!links || !copies) {
        return fail(links ? copies.error() : links.error());
    }
    for (const auto& name : *links) {
        if (name.starts_with(k_half_link) && ::unlinkat(folder_.get(), name.c_str(), 0) != 0) {
            return fail_errno("cannot remove " + quoted(path_ / name));
        }
    }
    for (const auto& name : *copies) {
        if (name.starts_with(k_half_copy)) {
            if (auto removed = remove_tree(path_of(name)); !removed) {
                return removed;
            }
        }
        const bool is_mark = name.starts_with(k_unproven);
        if (is_mark && std::find(copies->begin(), copies->end(), name.substr(k_unproven.size())) ==
                           copies->end()) {
            ::unlinkat(releases_.get(), name.c_str(), 0);
        }
    }
    return {};
}

hookd::Result<std::optional<std::string>> ReleaseFolder::current() const {
    std::string target(4096, '\0');
    const ::ssize_t size = ::readlinkat(folder_.get(), k_current, target.data(), target.size());
    if (size < 0) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        return fail_errno("cannot read " + quoted(path_ / k_current));
    }
    target.resize(static_cast<std::size_t>(size));
    return target;
}

std::optional<std::string> ReleaseFolder::current_release() const {
    std::error_code error;
    const auto release = std::filesystem::canonical(path_ / k_current, error);
    if (error) {
        return std::nullopt;
    }
    const auto releases = std::filesystem::canonical(path_ / "releases", error);
    if (error || release.parent_path() != releases) {
        return std::nullopt;
    }
    return release.filename().string();
}

/// Above all numbers in use, not the first free one: a lower name would be taken for an older
/// release. Nobody else makes names while we hold the lock.
hookd::Result<std::string> ReleaseFolder::free_name(WallTime at, const std::string& commit) const {
    const auto names = all();
    if (!names) {
        return fail(names.error());
    }
    const auto first = release_name(at, commit, 1);
    int highest = 0;
    for (const auto& name : *names) {
        highest = std::max(highest, release_number(name, first));
    }
    return release_name(at, commit, highest + 1);
}

hookd::Result<ReleaseFolder::Added> ReleaseFolder::add(int from, WallTime at,
                                                       const std::string& commit,
                                                       const std::function<bool()>& stop) const {
    const auto incoming = std::string(k_half_copy) + make_ulid(at);
    const auto give_up = [&](const Error& error) {
        static_cast<void>(remove_tree(path_of(incoming)));
        return fail(error);
    };
    const auto folder = open_or_make(releases_.get(), incoming);
    if (!folder) {
        return fail(folder.error());
    }
    auto copied = copy_tree(from, folder->get(), stop);
    if (!copied) {
        return give_up(copied.error());
    }
    // One call for all files, instead of one for each. Only a release that is on disk is named.
    if (::syncfs(folder->get()) != 0) {
        return give_up(fail_errno("cannot sync " + quoted(path_of(incoming))).value());
    }
    const auto name = free_name(at, commit);
    if (!name) {
        return give_up(name.error());
    }
    if (auto marked = mark_unproven(*name); !marked) {
        return give_up(marked.error());
    }
    if (::renameat(releases_.get(), incoming.c_str(), releases_.get(), name->c_str()) != 0) {
        return give_up(fail_errno("cannot name the release " + quoted(path_of(*name))).value());
    }
    if (auto synced = sync(releases_.get(), path_ / "releases"); !synced) {
        return fail(synced.error());
    }
    return Added{*name, std::move(*copied)};
}

Status ReleaseFolder::mark_unproven(const std::string& release) const {
    const auto mark = std::string(k_unproven) + release;
    const Fd made(
        ::openat(releases_.get(), mark.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!made.is_open()) {
        return fail_errno("cannot mark " + quoted(path_of(release)));
    }
    return sync(releases_.get(), path_ / "releases");
}

Status ReleaseFolder::prove(const std::string& release) const {
    const auto mark = std::string(k_unproven) + release;
    if (::unlinkat(releases_.get(), mark.c_str(), 0) != 0 && errno != ENOENT) {
        return fail_errno("cannot remove " + quoted(path_of(mark)));
    }
    return sync(releases_.get(), path_ / "releases");
}

bool ReleaseFolder::is_proven(const std::string& release) const {
    struct ::stat status {};
    const auto mark = std::string(k_unproven) + release;
    return ::fstatat(releases_.get(), mark.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0;
}

Status ReleaseFolder::point(const std::optional<std::string>& target) const {
    if (!target) {
        if (::unlinkat(folder_.get(), k_current, 0) != 0 && errno != ENOENT) {
            return fail_errno("cannot remove " + quoted(path_ / k_current));
        }
        return sync(folder_.get(), path_);
    }
    const auto link = std::string(k_half_link) + make_ulid(RealClock{}.wall());
    if (::symlinkat(target->c_str(), folder_.get(), link.c_str()) != 0) {
        return fail_errno("cannot make the link " + quoted(path_ / link));
    }
    if (::renameat(folder_.get(), link.c_str(), folder_.get(), k_current) != 0) {
        const auto failed = fail_errno("cannot switch " + quoted(path_ / k_current));
        ::unlinkat(folder_.get(), link.c_str(), 0);
        return failed;
    }
    return sync(folder_.get(), path_);
}

hookd::Result<std::vector<std::string>> ReleaseFolder::all() const {
    auto names = names_in(releases_.get(), path_ / "releases");
    if (!names) {
        return names;
    }
    std::erase_if(*names, [](const std::string& name) { return !is_release_name(name); });
    std::sort(names->begin(), names->end(), is_newer_release);
    return names;
}

hookd::Result<std::vector<std::string>> ReleaseFolder::proven() const {
    auto names = all();
    if (names) {
        std::erase_if(*names, [this](const std::string& name) { return !is_proven(name); });
    }
    return names;
}

Status ReleaseFolder::remove(const std::string& release) const {
    if (current_release() == release) {
        return fail(ErrorCode::invalid, quoted(path_of(release)) + " is live: not removed");
    }
    // The mark goes last: what is half removed is never taken for a whole release.
    if (auto marked = mark_unproven(release); !marked) {
        return marked;
    }
    if (auto removed = remove_tree(path_of(release)); !removed) {
        return removed;
    }
    return prove(release);
}

hookd::Result<std::vector<std::string>> ReleaseFolder::prune(
    std::size_t keep, const std::vector<std::string>& spared) const {
    const auto names = all();
    if (!names) {
        return fail(names.error());
    }
    const auto live = current_release();
    std::vector<std::string> removed;
    std::size_t kept = 0;
    for (const auto& name : *names) {
        const bool counts = is_proven(name) && kept < keep;
        kept += counts ? 1 : 0;
        if (counts || name == live ||
            std::find(spared.begin(), spared.end(), name) != spared.end()) {
            continue;
        }
        if (auto gone = remove(name); !gone) {
            return fail(gone.error());
        }
        removed.push_back(name);
    }
    return removed;
}

}  // namespace hookd::handlers
