#include "hooks/installed_files.hpp"

#include "core/base/file.hpp"
#include "hooks/hook_marker.hpp"
#include "hooks/hook_settings.hpp"
#include "hooks/trusted_file.hpp"

namespace hookd::hooks {
namespace {

constexpr std::size_t k_most_record_bytes = 16384;
constexpr std::string_view k_elf =
    "\x7f"
    "ELF";

bool is_folder(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

}  // namespace

InstalledPaths::InstalledPaths(const std::filesystem::path& repository)
    : hooks(repository / "hooks"),
      hook(hooks / "post-receive"),
      chain(hooks / "post-receive.d"),
      previous(chain / "50-previous"),
      own(repository / k_hookd_folder),
      settings(own / k_settings_file),
      record(own / k_install_record_file) {}

Result<BareRepository> find_bare_repository(const std::filesystem::path& path) {
    std::error_code error;
    const auto canonical = std::filesystem::canonical(path, error);
    if (error) {
        return fail(ErrorCode::not_found, "\"" + path.string() + "\": " + error.message());
    }
    const std::string name = "\"" + canonical.string() + "\"";
    if (look_at(canonical / ".git")) {
        return fail(ErrorCode::invalid,
                    name +
                        " is a working tree; hookd is installed into bare repositories, such "
                        "as those people push to");
    }
    if (!look_at(canonical / "HEAD") || !is_folder(canonical / "objects") ||
        !is_folder(canonical / "refs")) {
        return fail(ErrorCode::invalid, name +
                                            " is not a bare Git repository: it should hold "
                                            "HEAD, objects and refs");
    }
    const auto status = look_at(canonical);
    if (!status) {
        return fail_errno("cannot look at " + name);
    }
    return BareRepository{canonical, status->st_uid, status->st_gid};
}

std::optional<struct ::stat> look_at(const std::filesystem::path& path) {
    struct ::stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

std::optional<std::string> version_of_ours(const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    return bytes ? version_in(*bytes) : std::nullopt;
}

std::optional<std::string> version_in(std::string_view program) {
    const auto at = program.find(k_hook_marker);
    if (!program.starts_with(k_elf) || at == std::string_view::npos) {
        return std::nullopt;
    }
    program.remove_prefix(at + k_hook_marker.size());
    const auto end = program.find_first_not_of("0123456789.");
    return std::string(program.substr(0, std::min<std::size_t>(end, 32)));
}

Result<std::optional<InstallRecord>> read_install_record(const InstalledPaths& paths, uid_t owner) {
    const auto text = read_trusted_file(paths.own, std::string(k_install_record_file), owner,
                                        k_most_record_bytes);
    if (!text && text.error().code == ErrorCode::not_found) {
        return std::nullopt;
    }
    if (!text) {
        return fail(text.error());
    }
    auto record = install_record_from(*text);
    if (!record) {
        return fail(record.error().in("\"" + paths.record.string() + "\""));
    }
    return *record;
}

}  // namespace hookd::hooks
