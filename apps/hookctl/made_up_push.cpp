#include "apps/hookctl/made_up_push.hpp"

#include "core/base/clock.hpp"
#include "core/base/ulid.hpp"
#include "core/model/ref_name.hpp"

#include <algorithm>

namespace hookd::hookctl {

Result<Event> make_up(const MadeUpPush& push) {
    auto repository = RepositoryName::parse(push.repository);
    if (!repository) {
        return fail(ErrorCode::invalid, "--repo: \"" + push.repository + "\" is no repository");
    }
    const std::string ref = push.ref.starts_with("refs/") ? push.ref : "refs/heads/" + push.ref;
    if (!is_ref_name(ref)) {
        return fail(ErrorCode::invalid, "--ref: git takes no ref \"" + ref + "\"");
    }
    // Commits that no repository has: of these it knows no paths.
    const std::size_t digits = std::max({push.before.size(), push.after.size(), std::size_t{40}});
    const std::string before =
        push.before.empty() ? std::string(digits - 1, '0') + "1" : push.before;
    const std::string after = push.after.empty() ? std::string(digits - 1, '0') + "2" : push.after;
    for (const auto& [option, id] : {std::pair("--old", before), std::pair("--new", after)}) {
        if (!ObjectId::parse(id)) {
            return fail(ErrorCode::invalid, std::string(option) + ": \"" + id +
                                                "\" is no commit of 40 or 64 hex digits");
        }
    }
    if (before.size() != after.size()) {
        return fail(ErrorCode::invalid, "--old and --new are of the same length");
    }
    if (before == after) {
        return fail(ErrorCode::invalid, "--old and --new are the same: nothing moved");
    }
    Event event;
    event.id = EventId(make_ulid(RealClock{}.wall()));
    event.repository = *std::move(repository);
    describe_ref_change(event, ref, before, after);
    event.paths = push.paths;
    std::sort(event.paths.begin(), event.paths.end());
    event.paths.erase(std::unique(event.paths.begin(), event.paths.end()), event.paths.end());
    event.paths_complete = !event.paths.empty();
    if (!push.message.empty()) {
        Commit commit;
        commit.id = after;
        commit.message = push.message;
        event.commits.push_back(std::move(commit));
    }
    event.source.type = "manual";
    event.source.received_at = RealClock{}.wall();
    return event;
}

}  // namespace hookd::hookctl
