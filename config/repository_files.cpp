#include "config/repository_files.hpp"

#include "config/message.hpp"

#include <glob.h>

#include <cerrno>
#include <set>
#include <string>
#include <string_view>

namespace hookd::config {
namespace {

constexpr std::string_view k_wildcards = "*?[";

/// The folder's name as a pattern for itself.
std::string escape(const std::string& folder) {
    std::string escaped;
    for (const char byte : folder) {
        if (byte == '\\' || k_wildcards.find(byte) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += byte;
    }
    return escaped;
}

/// A folder that is not there holds no files; one that cannot be read may hold some.
int stop_unless_missing(const char*, int problem) {
    return problem == ENOENT || problem == ENOTDIR ? 0 : 1;
}

/// What glob(3) found; freed at the end.
class Found {
  public:
    explicit Found(const std::string& pattern)
        : status_(::glob(pattern.c_str(), 0, stop_unless_missing, &glob_)) {}
    Found(const Found&) = delete;
    Found& operator=(const Found&) = delete;
    ~Found() { ::globfree(&glob_); }

    [[nodiscard]] bool failed() const { return status_ != 0 && status_ != GLOB_NOMATCH; }
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        if (status_ != 0) {
            return {};
        }
        return {glob_.gl_pathv, glob_.gl_pathv + glob_.gl_pathc};
    }

  private:
    ::glob_t glob_{};
    int status_;
};

}  // namespace

std::vector<std::filesystem::path> find_repository_files(
    const std::vector<RepositoryPattern>& patterns, Findings& findings) {
    const auto folder = findings.file().parent_path();
    std::set<std::filesystem::path> files;
    for (const auto& [pattern, at] : patterns) {
        const bool absolute = std::filesystem::path(pattern).is_absolute();
        const std::string base =
            absolute || folder.empty() ? std::string() : escape(folder.string()) + "/";
        const Found found(base + pattern);
        if (found.failed()) {
            findings.add(at, "cannot read the folder of " + quote(pattern));
            continue;
        }
        const auto matches = found.files();
        if (matches.empty() && pattern.find_first_of(k_wildcards) == std::string::npos) {
            findings.add(at, "there is no file " + quote(pattern));
        }
        files.insert(matches.begin(), matches.end());
    }
    return {files.begin(), files.end()};
}

}  // namespace hookd::config
