#pragma once

#include "core/base/result.hpp"
#include "hooks/hook_settings.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace hookd::hooks {

/// One change to a repository's folder, known before it is made.
struct InstallStep {
    enum class Kind {
        note,             ///< changes nothing; `words` matter
        make_folder,      ///< `path`
        write_file,       ///< `content` into `path`, durably, replacing it
        keep_file,        ///< `from` gets the second name `path`
        make_link,        ///< `path` becomes a link to `content`, replacing what is there
        move,             ///< `from` becomes `path`, replacing it
        remove_file,      ///< `path`
        remove_if_empty,  ///< the folder `path`
    };
    Kind kind = Kind::note;
    std::filesystem::path path;
    std::filesystem::path from;
    std::string content;
    mode_t mode = 0644;
    std::string words;  ///< for a person: "put hookd's post-receive 0.1.0 into hooks/post-receive"
};

/// What will be done, in order. At each moment in between, git finds either the hook that was
/// there or ours; a plan that was broken off is finished by planning again.
struct InstallPlan {
    std::filesystem::path repository;  ///< canonical
    uid_t owner = 0;
    gid_t group = 0;
    std::vector<InstallStep> steps;  ///< empty: nothing to do
};

struct InstallRequest {
    std::filesystem::path repository;
    std::filesystem::path programs;  ///< folder with our hook programs
    HookSettings settings;
};

/// Plans hookd's post-receive for a plain bare repository, as `hooks/post-receive`. A hook that
/// is there is kept as `hooks/post-receive.d/50-previous` and runs after ours, as does any
/// program put into that folder later. An older program of ours is replaced.
/// Changes nothing. **Errors:** not_found, invalid or denied, with what to do: no bare
/// repository, another owner, a `core.hooksPath` that makes git look elsewhere, folders that are
/// links, hooks of another program (Gitea's) in `post-receive.d`.
/// **Thread:** the only one of its process.
[[nodiscard]] Result<InstallPlan> plan_install(const InstallRequest& request);

/// Plans to give back exactly what was there before. What others have changed since is left, and
/// the plan says so. **Errors:** not_found where hookd is not installed.
/// **Thread:** the only one of its process.
[[nodiscard]] Result<InstallPlan> plan_uninstall(const std::filesystem::path& repository);

/// Does what the plan says, as the repository's owner. Returns the words of each step.
/// **Errors:** the first step that failed; the steps before it stay done.
/// **Thread:** the only one of its process.
[[nodiscard]] Result<std::vector<std::string>> apply(const InstallPlan& plan);

}  // namespace hookd::hooks
