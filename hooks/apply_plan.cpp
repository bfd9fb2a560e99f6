#include "core/base/file.hpp"
#include "hooks/acting_as.hpp"
#include "hooks/install.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace hookd::hooks {
namespace {

using Kind = InstallStep::Kind;

std::string in_quotes(const std::filesystem::path& path) {
    return "\"" + path.string() + "\"";
}

/// The folder itself must not be a link that was laid since the plan was made.
Status make_folder(const InstallStep& step) {
    struct ::stat status {};
    if (::mkdir(step.path.c_str(), step.mode) != 0 && errno != EEXIST) {
        return fail_errno("cannot make the folder " + in_quotes(step.path));
    }
    if (::lstat(step.path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return fail(ErrorCode::invalid, in_quotes(step.path) + " is not a folder");
    }
    return sync_folder(step.path.parent_path());
}

Status keep_file(const InstallStep& step) {
    // A second name first, so that git finds a hook at each moment. Where the system does not
    // let us give one (a file of root's in our folder), moving it must do.
    if (::link(step.from.c_str(), step.path.c_str()) != 0 &&
        ::rename(step.from.c_str(), step.path.c_str()) != 0) {
        return fail_errno("cannot keep " + in_quotes(step.from) + " as " + in_quotes(step.path));
    }
    return sync_folder(step.path.parent_path());
}

Status make_link(const InstallStep& step) {
    const auto temporary = step.path.parent_path() / ".hookd-link";
    ::unlink(temporary.c_str());
    if (::symlink(step.content.c_str(), temporary.c_str()) != 0 ||
        ::rename(temporary.c_str(), step.path.c_str()) != 0) {
        auto error = fail_errno("cannot make the link " + in_quotes(step.path));
        ::unlink(temporary.c_str());
        return error;
    }
    return sync_folder(step.path.parent_path());
}

Status move(const InstallStep& step) {
    if (::rename(step.from.c_str(), step.path.c_str()) != 0) {
        return fail_errno("cannot move " + in_quotes(step.from) + " to " + in_quotes(step.path));
    }
    if (auto synced = sync_folder(step.from.parent_path()); !synced) {
        return synced;
    }
    return sync_folder(step.path.parent_path());
}

Status remove_file(const InstallStep& step) {
    if (::unlink(step.path.c_str()) != 0 && errno != ENOENT) {
        return fail_errno("cannot remove " + in_quotes(step.path));
    }
    return sync_folder(step.path.parent_path());
}

Status remove_if_empty(const InstallStep& step) {
    if (::rmdir(step.path.c_str()) != 0 && errno != ENOENT && errno != ENOTEMPTY &&
        errno != EEXIST) {
        return fail_errno("cannot remove the folder " + in_quotes(step.path));
    }
    return sync_folder(step.path.parent_path());
}

Status perform(const InstallStep& step) {
    switch (step.kind) {
        case Kind::note:
            return {};
        case Kind::make_folder:
            return make_folder(step);
        case Kind::write_file:
            return write_file_durably(step.path, step.content, step.mode);
        case Kind::keep_file:
            return keep_file(step);
        case Kind::make_link:
            return make_link(step);
        case Kind::move:
            return move(step);
        case Kind::remove_file:
            return remove_file(step);
        case Kind::remove_if_empty:
            return remove_if_empty(step);
    }
    return {};
}

}  // namespace

Result<std::vector<std::string>> apply(const InstallPlan& plan) {
    const auto acting = ActingAs::start(plan.owner, plan.group);
    if (!acting) {
        return fail(acting.error().in(in_quotes(plan.repository)));
    }
    std::vector<std::string> done;
    for (const auto& step : plan.steps) {
        if (auto performed = perform(step); !performed) {
            return fail(performed.error());
        }
        done.push_back(step.words);
    }
    return done;
}

}  // namespace hookd::hooks
