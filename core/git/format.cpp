#include "core/git/format.hpp"

#include "core/git/library.hpp"

#include <git2.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace hookd::git {
namespace {

constexpr std::string_view k_prefix = "extensions.";

struct Extension {
    std::string_view name;
    std::string_view value;  ///< the only one that can be read; empty: any
};

/// Those that change nothing for a reader of a bare repository.
constexpr std::array k_known{
    Extension{"noop", ""},
    Extension{"preciousobjects", ""},
    Extension{"worktreeconfig", ""},
    Extension{"relativeworktrees", ""},
    Extension{"objectformat", "sha1"},
    Extension{"refstorage", "files"},
};

Status check_extension(const std::filesystem::path& path, std::string_view name,
                       std::string_view value) {
    const auto* known = std::find_if(k_known.begin(), k_known.end(),
                                     [name](const Extension& one) { return one.name == name; });
    if (known == k_known.end()) {
        return fail(ErrorCode::invalid, quote(path.string()) + " uses the extension " +
                                            quote(name) + ", which cannot be read");
    }
    if (!known->value.empty() && known->value != value) {
        return fail(ErrorCode::invalid, quote(path.string()) + " has " + std::string(name) + " " +
                                            quote(value) + ", only " + quote(known->value) +
                                            " can be read");
    }
    return {};
}

}  // namespace

Status check_format(const std::filesystem::path& path) {
    Owned<::git_config> config;
    Owned<::git_config_iterator> entries;
    if (::git_config_new(config.into()) != 0 ||
        ::git_config_add_file_ondisk(config.get(), (path / "config").c_str(),
                                     GIT_CONFIG_LEVEL_LOCAL, nullptr, 0) != 0 ||
        ::git_config_iterator_new(entries.into(), config.get()) != 0) {
        return {};
    }
    ::git_config_entry* entry = nullptr;
    while (::git_config_next(&entry, entries.get()) == 0) {
        const std::string_view name = entry->name;
        if (!name.starts_with(k_prefix)) {
            continue;
        }
        // A key without a value has none at all.
        const std::string_view value = entry->value == nullptr ? "" : entry->value;
        if (auto known = check_extension(path, name.substr(k_prefix.size()), value); !known) {
            return known;
        }
    }
    return {};
}

}  // namespace hookd::git
