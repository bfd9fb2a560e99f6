#include "core/git/library.hpp"

#include "core/base/text.hpp"

#include <git2.h>

#include <cstdint>

namespace hookd::git {
namespace {

constexpr std::size_t k_digits = 40;
constexpr std::size_t k_window_bytes = std::size_t{16} << 20;
constexpr std::size_t k_mapped_bytes = std::size_t{128} << 20;
constexpr ::ssize_t k_cache_bytes = ::ssize_t{8} << 20;

/// Held from the first use to the end of the process: starting it again for every event would
/// cost more than the event.
class Library {
  public:
    Library() {
        ::git_libgit2_init();
        ::git_buf system = GIT_BUF_INIT;
        if (::git_config_find_system(&system) == 0) {
            system_configuration_.assign(std::string_view(system.ptr, system.size));
        }
        ::git_buf_dispose(&system);
        for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_GLOBAL,
                                GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_PROGRAMDATA}) {
            ::git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
        }
        ::git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
        ::git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
        ::git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, static_cast<int>(GIT_OBJECT_TREE),
                           std::size_t{0});
        ::git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, k_cache_bytes);
        ::git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, k_window_bytes);
        ::git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, k_mapped_bytes);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { ::git_libgit2_shutdown(); }

    [[nodiscard]] const std::filesystem::path& system_configuration() const {
        return system_configuration_;
    }

  private:
    std::filesystem::path system_configuration_;
};

const Library& library() {
    static const Library only;
    return only;
}

ErrorCode code_of(int status) {
    switch (status) {
        case GIT_ENOTFOUND:
            return ErrorCode::not_found;
        case GIT_EEXISTS:
        case GIT_EMODIFIED:
            return ErrorCode::exists;
        case GIT_EINVALIDSPEC:
        case GIT_EPEEL:
        case GIT_EINVALID:
            return ErrorCode::invalid;
        case GIT_EOWNER:
            return ErrorCode::denied;
        case GIT_ELOCKED:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::failed;
    }
}

}  // namespace

const std::filesystem::path& system_configuration() {
    return library().system_configuration();
}

void use_library() {
    static_cast<void>(library());
}

tl::unexpected<Error> fail_git(int status, std::string_view what) {
    const ::git_error* last = ::git_error_last();
    std::string message(what);
    if (last != nullptr && last->message != nullptr) {
        message += ": " + printable_line(last->message);
    }
    return fail(code_of(status), std::move(message));
}

std::string quote(std::string_view bytes) {
    return "\"" + printable_line(bytes) + "\"";
}

std::string quote(const ::git_oid& id) {
    return quote(to_object_id(id).text());
}

void release(::git_commit* it) noexcept {
    ::git_commit_free(it);
}
void release(::git_config* it) noexcept {
    ::git_config_free(it);
}
void release(::git_config_iterator* it) noexcept {
    ::git_config_iterator_free(it);
}
void release(::git_object* it) noexcept {
    ::git_object_free(it);
}
void release(::git_odb* it) noexcept {
    ::git_odb_free(it);
}
void release(::git_odb_object* it) noexcept {
    ::git_odb_object_free(it);
}
void release(::git_odb_stream* it) noexcept {
    ::git_odb_stream_free(it);
}
void release(::git_reference* it) noexcept {
    ::git_reference_free(it);
}
void release(::git_reference_iterator* it) noexcept {
    ::git_reference_iterator_free(it);
}
void release(::git_repository* it) noexcept {
    ::git_repository_free(it);
}
void release(::git_revwalk* it) noexcept {
    ::git_revwalk_free(it);
}
void release(::git_signature* it) noexcept {
    ::git_signature_free(it);
}
void release(::git_transaction* it) noexcept {
    ::git_transaction_free(it);
}
void release(::git_tree* it) noexcept {
    ::git_tree_free(it);
}

Status read_id(const ObjectId& id, ::git_oid& into) {
    if (id.text().size() != k_digits || ::git_oid_fromstr(&into, id.text().c_str()) != 0) {
        return fail(ErrorCode::invalid,
                    "\"" + id.text() + "\" is no object id of 40 hex digits (sha1)");
    }
    return {};
}

ObjectId to_object_id(const ::git_oid& id) {
    char digits[k_digits + 1] = {};
    ::git_oid_fmt(digits, &id);
    // What git formats is what we read: 40 lower-case hex digits.
    return ObjectId::parse(std::string_view(digits, k_digits)).value();
}

}  // namespace hookd::git
