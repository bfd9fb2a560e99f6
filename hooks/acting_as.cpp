#include "hooks/acting_as.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace hookd::hooks {
namespace {

/// Calls `use` with the user's entry, where there is one.
template <class Use>
std::string from_entry(uid_t user, Use&& use) {
    std::array<char, 16384> buffer;
    ::passwd entry{};
    ::passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
        return {};
    }
    return use(*found);
}

std::string describe(uid_t user) {
    const auto name = name_of(user);
    return "uid " + std::to_string(user) + (name.empty() ? "" : " (" + name + ")");
}

}  // namespace

Result<ActingAs> ActingAs::start(uid_t owner, gid_t group) {
    ActingAs acting;
    acting.umask_ = ::umask(022);
    acting.group_ = ::getegid();
    if (::geteuid() == owner) {
        return acting;
    }
    if (::geteuid() != 0) {
        return fail(ErrorCode::denied,
                    "it belongs to " + describe(owner) + "; do this as that user or as root");
    }
    acting.groups_.resize(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const bool known =
        ::getgroups(static_cast<int>(acting.groups_.size()), acting.groups_.data()) >= 0;
    acting.changed_ = true;
    if (!known || ::setgroups(1, &group) != 0 || ::setegid(group) != 0 || ::seteuid(owner) != 0) {
        return fail_errno("cannot act as " + describe(owner));
    }
    return acting;
}

ActingAs::ActingAs(ActingAs&& other) noexcept
    : active_(std::exchange(other.active_, false)),
      changed_(other.changed_),
      umask_(other.umask_),
      group_(other.group_),
      groups_(std::move(other.groups_)) {}

ActingAs::~ActingAs() {
    if (!active_) {
        return;
    }
    ::umask(umask_);
    // Going on as the wrong user would be worse than not going on.
    if (changed_ && (::seteuid(0) != 0 || ::setegid(group_) != 0 ||
                     ::setgroups(groups_.size(), groups_.data()) != 0)) {
        std::abort();
    }
}

std::string home_of(uid_t user) {
    return from_entry(user, [](const ::passwd& entry) { return std::string(entry.pw_dir); });
}

std::string name_of(uid_t user) {
    return from_entry(user, [](const ::passwd& entry) { return std::string(entry.pw_name); });
}

}  // namespace hookd::hooks
