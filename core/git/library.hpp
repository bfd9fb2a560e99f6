#pragma once

#include "core/base/result.hpp"
#include "core/model/names.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

struct git_commit;
struct git_config;
struct git_config_iterator;
struct git_object;
struct git_odb;
struct git_odb_object;
struct git_odb_stream;
struct git_oid;
struct git_reference;
struct git_reference_iterator;
struct git_repository;
struct git_revwalk;
struct git_signature;
struct git_transaction;
struct git_tree;

namespace hookd::git {

/// Starts libgit2 at the first call of the process, not before: it costs some 3 to 14 ms and 3 MiB,
/// which a daemon with nothing to do must not pay. Later calls cost nothing. Set once:
/// - no configuration but the repository's own is read (threats.md T047);
/// - objects are not hashed again when read (git did so when they arrived), trees are not cached,
///   and the other caches and the mapped part of packs stay small;
/// - what is written is synced.
/// **Thread:** any.
void use_library();

/// Where git's system-wide configuration lies, whether it is there or not; empty if nowhere.
[[nodiscard]] const std::filesystem::path& system_configuration();

/// The last error of libgit2 in this thread behind `what`, with the code for its `status`.
[[nodiscard]] tl::unexpected<Error> fail_git(int status, std::string_view what);

/// For messages: in quotes, on one line, without control bytes.
[[nodiscard]] std::string quote(std::string_view bytes);
[[nodiscard]] std::string quote(const ::git_oid& id);

/// Frees what libgit2 made.
void release(::git_commit* it) noexcept;
void release(::git_config* it) noexcept;
void release(::git_config_iterator* it) noexcept;
void release(::git_object* it) noexcept;
void release(::git_odb* it) noexcept;
void release(::git_odb_object* it) noexcept;
void release(::git_odb_stream* it) noexcept;
void release(::git_reference* it) noexcept;
void release(::git_reference_iterator* it) noexcept;
void release(::git_repository* it) noexcept;
void release(::git_revwalk* it) noexcept;
void release(::git_signature* it) noexcept;
void release(::git_transaction* it) noexcept;
void release(::git_tree* it) noexcept;

/// Owns an object of libgit2's.
template <class T>
class Owned {
  public:
    Owned() = default;
    explicit Owned(T* it) : it_(it) {}
    Owned(Owned&& other) noexcept : it_(std::exchange(other.it_, nullptr)) {}
    Owned& operator=(Owned&& other) noexcept {
        std::swap(it_, other.it_);
        return *this;
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() {
        if (it_ != nullptr) {
            release(it_);
        }
    }

    [[nodiscard]] T* get() const { return it_; }
    [[nodiscard]] explicit operator bool() const { return it_ != nullptr; }
    [[nodiscard]] T* give_up() { return std::exchange(it_, nullptr); }
    /// For a function that gives its result through a pointer. **Requires:** still empty.
    [[nodiscard]] T** into() { return &it_; }

  private:
    T* it_ = nullptr;
};

/// **Errors:** invalid: not the 40 digits that libgit2 can read.
[[nodiscard]] Status read_id(const ObjectId& id, ::git_oid& into);
[[nodiscard]] ObjectId to_object_id(const ::git_oid& id);

}  // namespace hookd::git
