#include "core/git/owner.hpp"

#include "core/base/text.hpp"
#include "core/git/library.hpp"

#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <system_error>

namespace hookd::git {
namespace {

struct Question {
    std::string path;
    bool trusted = false;
};

/// One value of safe.directory, in the order of the file.
int ask(const ::git_config_entry* entry, void* payload) {
    auto& question = *static_cast<Question*>(payload);
    std::string_view value = entry->value == nullptr ? "" : entry->value;
    if (value.empty()) {
        question.trusted = false;
        return 0;
    }
    if (value == "*") {
        question.trusted = true;
        return 0;
    }
    const bool below = value.ends_with("/*");
    value.remove_suffix(below ? 1 : 0);
    while (!below && value.size() > 1 && value.ends_with('/')) {
        value.remove_suffix(1);
    }
    if (below ? question.path.starts_with(value) : question.path == value) {
        question.trusted = true;
    }
    return 0;
}

bool is_listed(const std::filesystem::path& path, const std::filesystem::path& system) {
    use_library();
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    Owned<::git_config> config;
    if (error || ::git_config_new(config.into()) != 0 ||
        ::git_config_add_file_ondisk(config.get(), system.c_str(), GIT_CONFIG_LEVEL_SYSTEM, nullptr,
                                     0) != 0) {
        return false;
    }
    Question question{real.string()};
    const int status =
        ::git_config_get_multivar_foreach(config.get(), "safe.directory", nullptr, ask, &question);
    return status == 0 && question.trusted;
}

}  // namespace

Status check_owner(const std::filesystem::path& path, const std::filesystem::path& system) {
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return fail_errno("cannot read " + quote(path.string()));
    }
    if (status.st_uid == ::geteuid() || is_listed(path, system)) {
        return {};
    }
    return fail(ErrorCode::denied,
                quote(path.string()) + " belongs to user " + std::to_string(status.st_uid) +
                    " and this is user " + std::to_string(::geteuid()) +
                    ": run as its owner, or let root trust it with \"git config --system --add "
                    "safe.directory " +
                    printable_line(path.string()) + "\"");
}

}  // namespace hookd::git
