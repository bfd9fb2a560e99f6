#include "dispatch/current_ref.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hookd::dispatch {
namespace {

/// Sources on this machine: they have seen the repository itself, or were set by its owner.
constexpr std::array<std::string_view, 4> k_witnesses = {"hook", "reconcile", "schedule", "manual"};

/// The ref whose position the event tells; empty where there is none.
std::string ref_of(const Event& event) {
    if (!event.merge_request) {
        return event.ref;
    }
    const MergeRequest& request = *event.merge_request;
    const std::string& branch =
        event.change == "merged" ? request.target_branch : request.source_branch;
    return branch.empty() ? std::string{} : "refs/heads/" + branch;
}

/// What it leads to; itself where it is no tag, or nothing we have.
ObjectId peeled(const git::Repository& repository, const ObjectId& id) {
    return repository.peel_to_commit(id).value_or(id);
}

}  // namespace

bool is_only_a_hint(const Event& event, std::optional<queue::RerunCause> rerun) {
    if (rerun) {
        return *rerun != queue::RerunCause::replay;
    }
    return std::find(k_witnesses.begin(), k_witnesses.end(), event.source.type) ==
           k_witnesses.end();
}

Result<std::string> why_moved_on(const git::Repository& repository, const Event& event,
                                 const std::string& commit) {
    const std::string ref = ref_of(event);
    if (ref.empty()) {
        return std::string{};
    }
    const auto wanted = ObjectId::parse(commit);
    if (!wanted) {
        return fail(wanted.error());
    }
    const auto found = repository.ref(ref);
    if (!found) {
        return fail(found.error());
    }
    const std::string name = "\"" + printable_line(ref) + "\"";
    if (!*found) {
        return name + " is not there any more, and the event said " + commit;
    }
    if (**found == *wanted || peeled(repository, **found) == peeled(repository, *wanted)) {
        return std::string{};
    }
    return name + " points at " + (*found)->text() + " now, and the event said " + commit;
}

}  // namespace hookd::dispatch
