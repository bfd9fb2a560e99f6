#pragma once

#include "core/base/result.hpp"
#include "hooks/install_record.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

namespace hookd::hooks {

/// Where things lie in a repository that has hookd.
struct InstalledPaths {
    explicit InstalledPaths(const std::filesystem::path& repository);

    std::filesystem::path hooks;     ///< hooks
    std::filesystem::path hook;      ///< hooks/post-receive
    std::filesystem::path chain;     ///< hooks/post-receive.d
    std::filesystem::path previous;  ///< hooks/post-receive.d/50-previous
    std::filesystem::path own;       ///< hookd
    std::filesystem::path settings;  ///< hookd/settings
    std::filesystem::path record;    ///< hookd/installed
};

/// A bare repository's folder, canonical, and who owns it.
struct BareRepository {
    std::filesystem::path path;
    uid_t owner = 0;
    gid_t group = 0;
};

/// **Errors:** not_found; invalid where it is no bare repository.
[[nodiscard]] Result<BareRepository> find_bare_repository(const std::filesystem::path& path);

/// What a name stands for, without following a link; nothing where there is none.
[[nodiscard]] std::optional<struct ::stat> look_at(const std::filesystem::path& path);

/// The version of our hook program in this file, whose links are followed; nothing where it is
/// not ours or not there.
[[nodiscard]] std::optional<std::string> version_of_ours(const std::filesystem::path& path);

/// The version within the bytes of a program of ours.
[[nodiscard]] std::optional<std::string> version_in(std::string_view program);

/// What was noted at installation; nothing where nothing was. **Errors:** invalid.
[[nodiscard]] Result<std::optional<InstallRecord>> read_install_record(const InstalledPaths& paths,
                                                                       uid_t owner);

}  // namespace hookd::hooks
