#include "core/git/repository.hpp"

#include "core/base/text.hpp"
#include "core/git/format.hpp"
#include "core/git/library.hpp"
#include "core/git/owner.hpp"
#include "core/git/repository_impl.hpp"

#include <git2.h>

#include <algorithm>
#include <system_error>

namespace hookd::git {
namespace {

/// As a C string such a name would be another name.
bool has_zero_byte(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

}  // namespace

Repository::Repository(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Repository::Repository(Repository&&) noexcept = default;
Repository& Repository::operator=(Repository&&) noexcept = default;
Repository::~Repository() = default;

Result<Repository> Repository::open(const std::filesystem::path& path) {
    use_library();
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) {
        return fail(ErrorCode::not_found, quote(path.string()) + " is not a folder");
    }
    if (auto owner = check_owner(path, system_configuration()); !owner) {
        return fail(owner.error());
    }
    if (auto format = check_format(path); !format) {
        return fail(format.error());
    }
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    const int status = ::git_repository_open_bare(impl->handle.into(), path.c_str());
    if (status == GIT_ENOTFOUND) {
        return fail(ErrorCode::not_found, quote(path.string()) + " is not a bare git repository");
    }
    if (status != 0) {
        return fail(ErrorCode::invalid,
                    fail_git(status, "cannot open " + quote(path.string())).value().message);
    }
    return Repository(std::move(impl));
}

Result<Owned<::git_commit>> Repository::Impl::commit(const ObjectId& id) const {
    ::git_oid oid;
    if (auto read = read_id(id, oid); !read) {
        return fail(read.error());
    }
    Owned<::git_object> object;
    if (const int status = ::git_object_lookup(object.into(), get(), &oid, GIT_OBJECT_ANY);
        status != 0) {
        return fail_git(status, "cannot read " + quote(id.text()));
    }
    Owned<::git_object> peeled;
    if (const int status = ::git_object_peel(peeled.into(), object.get(), GIT_OBJECT_COMMIT);
        status != 0) {
        if (status == GIT_EPEEL || status == GIT_EINVALIDSPEC) {
            return fail(ErrorCode::invalid,
                        quote(id.text()) + " is a " +
                            ::git_object_type2string(::git_object_type(object.get())) +
                            ", not a commit");
        }
        return fail_git(status, "cannot read the commit of " + quote(id.text()));
    }
    // A git_object that is a commit is a git_commit: libgit2's own way of passing them.
    return Owned<::git_commit>(reinterpret_cast<::git_commit*>(peeled.give_up()));
}

Result<bool> Repository::Impl::is_ancestor(const ::git_oid& ancestor, const ::git_oid& of) const {
    if (::git_oid_equal(&ancestor, &of) != 0) {
        return true;
    }
    const int answer = ::git_graph_descendant_of(get(), &of, &ancestor);
    if (answer < 0) {
        return fail_git(answer, "cannot compare two commits of " + quote(path.string()));
    }
    return answer == 1;
}

Result<std::vector<std::string>> ref_names(::git_repository* repository, std::string_view prefix) {
    Owned<::git_reference_iterator> iterator;
    if (const int status = ::git_reference_iterator_new(iterator.into(), repository); status != 0) {
        return fail_git(status, "cannot list the refs");
    }
    std::vector<std::string> names;
    const char* name = nullptr;
    int status = 0;
    while ((status = ::git_reference_next_name(&name, iterator.get())) == 0) {
        if (std::string_view(name).starts_with(prefix)) {
            names.emplace_back(name);
        }
    }
    if (status != GIT_ITEROVER) {
        return fail_git(status, "cannot list the refs");
    }
    return names;
}

Result<std::optional<ObjectId>> Repository::ref(const std::string& name) const {
    ::git_oid oid;
    const int status = has_zero_byte(name)
                           ? GIT_ENOTFOUND
                           : ::git_reference_name_to_id(&oid, impl_->get(), name.c_str());
    if (status == GIT_ENOTFOUND || status == GIT_EINVALIDSPEC) {
        return std::nullopt;
    }
    if (status != 0) {
        return fail_git(status, "cannot read the ref " + quote(name));
    }
    return to_object_id(oid);
}

Result<std::vector<RefPosition>> Repository::refs() const {
    const auto names = ref_names(impl_->get(), "");
    if (!names) {
        return fail(names.error());
    }
    std::vector<RefPosition> positions;
    positions.reserve(names->size());
    for (const auto& name : *names) {
        auto id = ref(name);
        if (!id) {
            return fail(id.error());
        }
        // Deleted in between, or a symbolic ref to nothing.
        if (id->has_value()) {
            Owned<::git_reference> found;
            const bool is_symbolic =
                ::git_reference_lookup(found.into(), impl_->get(), name.c_str()) == 0 &&
                ::git_reference_type(found.get()) == GIT_REFERENCE_SYMBOLIC;
            positions.push_back({name, **id, is_symbolic});
        }
    }
    std::sort(positions.begin(), positions.end(),
              [](const RefPosition& a, const RefPosition& b) { return a.name < b.name; });
    return positions;
}

Result<ObjectId> Repository::peel_to_commit(const ObjectId& id) const {
    const auto commit = impl_->commit(id);
    if (!commit) {
        return fail(commit.error());
    }
    return to_object_id(*::git_commit_id(commit->get()));
}

std::optional<std::string> Repository::default_branch() const {
    Owned<::git_reference> head;
    if (::git_reference_lookup(head.into(), impl_->get(), "HEAD") != 0 ||
        ::git_reference_type(head.get()) != GIT_REFERENCE_SYMBOLIC) {
        return std::nullopt;
    }
    std::string name = ::git_reference_symbolic_target(head.get());
    const auto there = ref(name);
    if (!there || !there->has_value()) {
        return std::nullopt;
    }
    return name;
}

bool Repository::has(const ObjectId& id) const {
    ::git_oid oid;
    Owned<::git_odb> store;
    return read_id(id, oid) && ::git_repository_odb(store.into(), impl_->get()) == 0 &&
           ::git_odb_exists(store.get(), &oid) == 1;
}

Result<bool> Repository::is_ancestor(const ObjectId& ancestor, const ObjectId& commit) const {
    const auto first = impl_->commit(ancestor);
    if (!first) {
        return fail(first.error());
    }
    const auto second = impl_->commit(commit);
    if (!second) {
        return fail(second.error());
    }
    return impl_->is_ancestor(*::git_commit_id(first->get()), *::git_commit_id(second->get()));
}

}  // namespace hookd::git
