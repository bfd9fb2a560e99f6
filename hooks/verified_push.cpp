#include "hooks/verified_push.hpp"

#include "core/base/text.hpp"
#include "core/git/repository.hpp"
#include "core/model/ref_name.hpp"
#include "hooks/acting_as.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

namespace hookd::hooks {
namespace {

constexpr auto k_source = "hook";
constexpr auto k_event = "post-receive";

/// Who may speak for the repository: its owner, root, ourselves. Root and we ourselves are
/// believed about who it was; anybody else speaks for himself alone.
Status check_owner(const SpoolRecord& record, uid_t file_owner,
                   const std::filesystem::path& repository) {
    struct ::stat status {};
    if (::stat(repository.c_str(), &status) != 0) {
        return fail_errno("cannot look at \"" + repository.string() + "\"");
    }
    const bool trusted = file_owner == 0 || file_owner == ::geteuid();
    if (!trusted && (file_owner != status.st_uid || file_owner != record.uid)) {
        return fail(ErrorCode::invalid, "the spool file is of uid " + std::to_string(file_owner) +
                                            ", the repository of uid " +
                                            std::to_string(status.st_uid));
    }
    return {};
}

Person actor_of(const SpoolRecord& record) {
    Person actor;
    if (!record.hints.empty()) {
        actor.login = to_valid_utf8(record.hints.front().value);
    } else {
        actor.login = name_of(record.uid);
    }
    if (actor.login.empty()) {
        actor.login = "uid " + std::to_string(record.uid);
    }
    return actor;
}

/// Makes events of one push's refs, within the limits of reading.
class Verifier {
  public:
    Verifier(const SpoolRecord& record, const config::Repository& repository,
             const git::Repository& git, const Clock& clock, const ReadingLimits& limits)
        : record_(record),
          repository_(repository),
          git_(git),
          clock_(clock),
          limits_(limits),
          until_(clock.boot() + limits.time),
          actor_(actor_of(record)) {}

    void add(const RefUpdate& update, VerifiedPush& push) {
        const auto checked = check(update);
        if (!checked) {
            push.answers.push_back({RefAnswer::What::left_out, {}, {}, checked.error().message});
            return;
        }
        push.answers.push_back({RefAnswer::What::queued, update.event, {}, {}});
        push.events.push_back(event_of(update));
    }

  private:
    Status check(const RefUpdate& update) {
        if (!is_ref_name(update.ref)) {
            return fail(ErrorCode::invalid, "it is not the name of a ref");
        }
        if (update.before.is_zero() && update.after.is_zero()) {
            return fail(ErrorCode::invalid, "nothing moved");
        }
        if (!ids_.insert(update.event.text()).second) {
            return fail(ErrorCode::invalid, "its event's id is another one's");
        }
        if (update.after.is_zero()) {
            return {};
        }
        const auto commit = git_.peel_to_commit(update.after);
        // A ref may point at something else than a commit, but not at nothing.
        if (!commit && commit.error().code == ErrorCode::not_found) {
            return fail(ErrorCode::invalid,
                        update.after.short_text() + " is not in the repository (any more)");
        }
        return {};
    }

    Event event_of(const RefUpdate& update) {
        Event event;
        event.id = update.event;
        event.repository = repository_.name;
        describe_ref_change(event, update.ref, update.before.text(), update.after.text());
        event.actor = actor_;
        event.push_options = record_.push_options;
        event.source = {k_source, record_.repository, record_.id, k_event, record_.time, ""};
        read_history(update, event);
        return event;
    }

    void read_history(const RefUpdate& update, Event& event) {
        if (commits_ >= limits_.commits || paths_ >= limits_.paths || clock_.boot() > until_) {
            return;
        }
        const std::size_t most = limits_.commits - commits_;
        auto brought = git_.brought(update.ref, update.before, update.after, most);
        if (!brought) {
            return;  // a tag of a tree, an old commit that is gone: the event says incomplete
        }
        const auto count =
            static_cast<std::size_t>(std::max<std::int64_t>(brought->commit_count, 0));
        commits_ += std::max<std::size_t>(count, 1);
        paths_ += brought->paths.size();
        event.forced = brought->forced;
        event.commits = std::move(brought->commits);
        event.commit_count = brought->commit_count;
        event.commits_complete = event.commits.size() == count && count < most;
        event.paths = std::move(brought->paths);
        event.paths_complete = brought->paths_complete;
    }

    const SpoolRecord& record_;
    const config::Repository& repository_;
    const git::Repository& git_;
    const Clock& clock_;
    const ReadingLimits limits_;
    const BootTime until_;
    const Person actor_;
    std::set<std::string> ids_;
    std::size_t commits_ = 0;
    std::size_t paths_ = 0;
};

Result<git::Repository> open_verified(const std::filesystem::path& path) {
    auto git = git::Repository::open(path);
    if (!git && git.error().code == ErrorCode::not_found) {
        return fail(ErrorCode::invalid, git.error().message);
    }
    return git;
}

}  // namespace

Result<VerifiedPush> verify_push(const SpoolRecord& record, SpooledFile file,
                                 const config::Configuration& configuration, const Clock& clock,
                                 const ReadingLimits& limits) {
    const auto* repository = configuration.find_by_path(record.repository);
    if (repository == nullptr) {
        return fail(ErrorCode::invalid, "no repository in the configuration has the path \"" +
                                            printable_line(record.repository) + "\"");
    }
    if (auto checked = check_owner(record, file.owner, repository->path); !checked) {
        return fail(checked.error());
    }
    const auto git = open_verified(repository->path);
    if (!git) {
        return fail(git.error());
    }
    VerifiedPush push;
    Verifier verifier(record, *repository, *git, clock, limits);
    for (const auto& update : record.updates) {
        verifier.add(update, push);
    }
    if (push.events.empty()) {
        return fail(ErrorCode::invalid, push.answers.front().reason);
    }
    push.delivery.id = DeliveryId(record.id);
    push.delivery.source = k_source;
    push.delivery.provider = k_source;
    push.delivery.key = record.id;
    push.delivery.event = k_event;
    push.delivery.received_at = std::min(record.time, clock.wall());
    push.delivery.body = std::move(file.bytes);
    return push;
}

}  // namespace hookd::hooks
