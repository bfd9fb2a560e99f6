#include "core/git/library.hpp"
#include "core/git/repository_impl.hpp"

#include <git2.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace hookd::git {
namespace {

constexpr std::string_view k_tags = "refs/tags/";

Status check_name(const std::string& name) {
    int valid = 0;
    const std::string full = std::string(k_tags) + name;
    if (name.empty() || name.front() == '-' || name.find('\0') != std::string::npos ||
        ::git_reference_name_is_valid(&valid, full.c_str()) != 0 || valid == 0) {
        return fail(ErrorCode::invalid, quote(name) + " is no name that git allows for a tag");
    }
    return {};
}

/// Whether the tag is there: on `target` already, or, as an error, anywhere else.
Result<bool> is_made(const Repository& repository, const TagRequest& request) {
    const auto there = repository.ref(std::string(k_tags) + request.name);
    if (!there) {
        return fail(there.error());
    }
    if (!there->has_value()) {
        return false;
    }
    const auto commit = repository.peel_to_commit(**there);
    if (commit && *commit == request.target) {
        return true;
    }
    return fail(ErrorCode::exists, "the tag " + quote(request.name) + " is there already, on " +
                                       quote(commit ? commit->text() : (*there)->text()) +
                                       ", and is not moved");
}

/// A ref is a file or a folder of refs, never both, also where both are packed.
Status check_place(::git_repository* repository, const std::string& name) {
    const auto names = ref_names(repository, k_tags);
    if (!names) {
        return fail(names.error());
    }
    const std::string full = std::string(k_tags) + name;
    for (const auto& other : *names) {
        if (other.starts_with(full + "/") || full.starts_with(other + "/")) {
            return fail(ErrorCode::exists,
                        "the tag " + quote(name) + " cannot be beside " + quote(tag_of(other)));
        }
    }
    return {};
}

/// Holds the ref's lock file, the one git itself takes. Another program has it for moments only.
Result<Owned<::git_transaction>> lock_ref(::git_repository* repository, const std::string& name) {
    int status = 0;
    for (int attempt = 0; attempt < 300; ++attempt) {
        Owned<::git_transaction> transaction;
        status = ::git_transaction_new(transaction.into(), repository);
        if (status == 0) {
            status = ::git_transaction_lock_ref(transaction.get(), name.c_str());
        }
        if (status == 0) {
            return transaction;
        }
        if (status != GIT_ELOCKED) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return fail_git(status, "cannot lock the ref " + quote(name));
}

Result<Owned<::git_signature>> tagger_of(const TagRequest& request) {
    Owned<::git_signature> tagger;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(request.at.time_since_epoch());
    if (const int status = ::git_signature_new(tagger.into(), request.tagger_name.c_str(),
                                               request.tagger_email.c_str(), seconds.count(), 0);
        status != 0) {
        return fail(ErrorCode::invalid, quote(request.tagger_name) + " with the address " +
                                            quote(request.tagger_email) + " cannot tag");
    }
    return tagger;
}

}  // namespace

Result<std::vector<TagRef>> Repository::tags() const {
    auto names = ref_names(impl_->get(), k_tags);
    if (!names) {
        return fail(names.error());
    }
    std::sort(names->begin(), names->end());
    std::vector<TagRef> tags;
    for (const auto& name : *names) {
        const auto id = ref(name);
        if (!id) {
            return fail(id.error());
        }
        if (!id->has_value()) {
            continue;
        }
        const auto commit = peel_to_commit(**id);
        if (commit) {
            tags.push_back({std::string(tag_of(name)), *commit});
        } else if (commit.error().code != ErrorCode::invalid) {
            return fail(commit.error());
        }
    }
    return tags;
}

Status Repository::create_tag(const TagRequest& request) const {
    if (auto name = check_name(request.name); !name) {
        return name;
    }
    const auto commit = impl_->commit(request.target);
    if (!commit) {
        return fail(commit.error());
    }
    const auto tagger = tagger_of(request);
    if (!tagger) {
        return fail(tagger.error());
    }
    if (const auto made = is_made(*this, request); !made || *made) {
        return made ? Status{} : fail(made.error());
    }
    // Written before the lock is taken, which is then held for a moment only. Of those that lose
    // the race an object stays behind that git's next gc removes.
    ::git_oid id;
    if (const int status =
            ::git_tag_annotation_create(&id, impl_->get(), request.name.c_str(),
                                        reinterpret_cast<const ::git_object*>(commit->get()),
                                        tagger->get(), request.message.c_str());
        status != 0) {
        return fail_git(status, "cannot write the tag " + quote(request.name));
    }
    const std::string ref_name = std::string(k_tags) + request.name;
    const auto transaction = lock_ref(impl_->get(), ref_name);
    if (!transaction) {
        // Where another tag is in the way the lock file has no place either.
        const auto place = check_place(impl_->get(), request.name);
        return place ? fail(transaction.error()) : place;
    }
    // Looked at again under the lock: libgit2's own create-only looks before it locks, and two
    // that create at once both succeed (threats.md T044).
    if (const auto made = is_made(*this, request); !made || *made) {
        return made ? Status{} : fail(made.error());
    }
    if (auto place = check_place(impl_->get(), request.name); !place) {
        return place;
    }
    int status = ::git_transaction_set_target(transaction->get(), ref_name.c_str(), &id,
                                              tagger->get(), "tag: created");
    if (status == 0) {
        status = ::git_transaction_commit(transaction->get());
    }
    if (status != 0) {
        return fail_git(status, "cannot create the tag " + quote(request.name));
    }
    return {};
}

}  // namespace hookd::git
