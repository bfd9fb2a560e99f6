#include "dispatch/attempt.hpp"

#include "core/base/file.hpp"
#include "core/git/repository.hpp"
#include "core/model/event_json.hpp"
#include "dispatch/current_ref.hpp"
#include "dispatch/environment.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace hookd::dispatch {
namespace {

/// What every action's spec holds beside its handler's settings. The configuration wrote it.
struct Common {
    std::map<std::string, std::string> env;
    bool clean_workspace = true;
};

Result<Common> read_common(const std::string& spec) {
    const auto object = nlohmann::json::parse(spec, nullptr, false);
    if (!object.is_object()) {
        return fail(ErrorCode::invalid, "the stored settings of the action are no JSON object");
    }
    Common common;
    common.clean_workspace = object.value("workspace", "clean") == "clean";
    if (const auto env = object.find("env"); env != object.end()) {
        for (const auto& [name, value] : env->items()) {
            common.env[name] = value.get<std::string>();
        }
    }
    return common;
}

Status write_file(const std::filesystem::path& path, std::string_view data) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        return fail_errno("cannot create \"" + path.filename().string() + "\"");
    }
    return write_all(file.get(), data);
}

/// One attempt's folder and what is in it.
class Preparation {
  public:
    Preparation(const Workshop& workshop, const queue::Claim& claim)
        : workshop_(workshop), claim_(claim), folder_(workshop.state.work(claim.fence)) {}

    Status prepare(const Cancel& cancel) {
        auto common = read_common(claim_.spec);
        if (!common) {
            return fail(common.error());
        }
        auto detail = workshop_.queue.event(claim_.event);
        if (!detail) {
            return fail(detail.error().in("event " + claim_.event.text()));
        }
        event_ = std::move(detail->event);
        const auto rules = workshop_.current.get();
        if (const config::Repository* const repository = rules->find(event_.repository)) {
            repository_path_ = repository->path;
        }
        log_cap_bytes_ = rules->server.limits.log_bytes;
        if (auto made = make_folder(); !made) {
            return made;
        }
        if (common->clean_workspace) {
            if (auto checked_out = check_out(cancel); !checked_out) {
                return checked_out;
            }
        }
        environment_ = make_environment(event_, claim_, files_, common->env);
        return {};
    }

    [[nodiscard]] handlers::Attempt attempt(const Cancel& cancel) const {
        return handlers::Attempt{.event = event_,
                                 .repository = claim_.repository,
                                 .rule = claim_.rule,
                                 .action = claim_.name,
                                 .run = claim_.run,
                                 .fence = claim_.fence,
                                 .number = claim_.attempt,
                                 .commit = claim_.commit,
                                 .spec = claim_.spec,
                                 .timeout = claim_.timeout,
                                 .repository_path = repository_path_,
                                 .workspace = folder_ / "workspace",
                                 .log = workshop_.state.log(claim_.fence),
                                 .log_cap_bytes = log_cap_bytes_,
                                 .output = files_.output,
                                 .environment = environment_,
                                 .runner = workshop_.runner,
                                 .cancel = cancel,
                                 .clock = workshop_.clock};
    }

    [[nodiscard]] const Event& event() const { return event_; }

    /// Why the handler is not to be called any more; empty where it is.
    [[nodiscard]] Result<std::string> superseded(const handlers::Handler& handler) const {
        if (handler.needs_current_ref == handlers::NeedsCurrentRef::no ||
            !is_only_a_hint(event_, claim_.rerun) || repository_path_.empty()) {
            return std::string{};
        }
        const auto repository = git::Repository::open(repository_path_);
        return repository ? why_moved_on(*repository, event_, claim_.commit)
                          : fail(repository.error());
    }

    /// Removes the folder; what an action left behind that cannot be removed is logged and stays.
    void clean_up() const {
        if (auto removed = remove_tree(folder_); !removed) {
            workshop_.log.warning("cannot remove a workspace",
                                  {{"run", claim_.run.text()},
                                   {"action", claim_.name},
                                   {"reason", removed.error().message}});
        }
    }

  private:
    Status make_folder() {
        // A fence is never used twice, so what lies here can only be half of a failed start.
        if (auto removed = remove_tree(folder_); !removed) {
            return removed;
        }
        files_ = AttemptFiles{folder_ / "event.json", {}, folder_ / "output", folder_ / "home"};
        for (const auto& path : {folder_ / "workspace", files_.home, workshop_.state.logs()}) {
            if (auto made = make_folders(path); !made) {
                return made;
            }
        }
        if (auto written = write_file(files_.event, to_json_text(event_)); !written) {
            return written;
        }
        if (auto written = write_file(files_.output, ""); !written) {
            return written;
        }
        return write_payload();
    }

    Status write_payload() {
        if (event_.source.type == "hook") {
            return {};
        }
        auto deliveries = workshop_.queue.deliveries_of(event_.id);
        if (!deliveries) {
            return fail(deliveries.error());
        }
        if (deliveries->empty() || deliveries->front().body.empty()) {
            return {};
        }
        files_.payload = folder_ / "payload";
        return write_file(files_.payload, deliveries->front().body);
    }

    Status check_out(const Cancel& cancel) {
        if (repository_path_.empty()) {
            return fail("the configuration gives no \"path\" for \"" + claim_.repository +
                        "\" any more, so there is nothing to check out");
        }
        const auto repository = git::Repository::open(repository_path_);
        if (!repository) {
            return fail(repository.error());
        }
        const auto object = ObjectId::parse(claim_.commit);
        if (!object) {
            return fail(object.error());
        }
        const auto commit = repository->peel_to_commit(*object);
        if (!commit) {
            return fail(commit.error());
        }
        return repository->checkout(*commit, folder_ / "workspace",
                                    [&cancel] { return cancel.requested(); });
    }

    const Workshop& workshop_;
    const queue::Claim& claim_;
    std::filesystem::path folder_;
    std::filesystem::path repository_path_;
    std::int64_t log_cap_bytes_ = 0;
    Event event_;
    AttemptFiles files_;
    std::vector<std::string> environment_;
};

queue::Outcome to_outcome(handlers::Result&& result) {
    queue::Outcome outcome;
    outcome.state = result.state;
    outcome.reason = std::move(result.reason);
    outcome.exit_code = result.exit_code;
    outcome.signal = result.signal;
    outcome.cpu = result.cpu;
    outcome.peak_memory_bytes = result.peak_memory_bytes;
    outcome.log_bytes = result.log_bytes;
    outcome.log_dropped_bytes = result.log_dropped_bytes;
    outcome.outputs = std::move(result.outputs);
    return outcome;
}

queue::Outcome not_run(ActionState state, std::string reason) {
    queue::Outcome outcome;
    outcome.state = state;
    outcome.reason = std::move(reason);
    return outcome;
}

}  // namespace

AttemptResult run_attempt(const Workshop& workshop, const queue::Claim& claim,
                          const Cancel& cancel) {
    Preparation preparation(workshop, claim);
    AttemptResult result;
    if (auto prepared = preparation.prepare(cancel); !prepared) {
        result.outcome = cancel.requested() ? not_run(ActionState::canceled, cancel.reason())
                                            : not_run(ActionState::error, prepared.error().message);
    } else if (const handlers::Handler* const handler = handlers::find(claim.handler);
               handler == nullptr) {
        result.outcome =
            not_run(ActionState::error, "this version has no handler \"" + claim.handler + "\"");
    } else if (const auto why = preparation.superseded(*handler); !why || !why->empty()) {
        result.outcome = why ? not_run(ActionState::superseded, *why)
                             : not_run(ActionState::error, why.error().message);
    } else {
        handlers::Result ended = handler->run(preparation.attempt(cancel));
        if (ended.release) {
            result.deployment = queue::Deployment{.repository = claim.repository,
                                                  .environment = ended.release->environment,
                                                  .target = ended.release->target,
                                                  .release = ended.release->name,
                                                  .commit = claim.commit,
                                                  .run = claim.run,
                                                  .fence = claim.fence,
                                                  .at = workshop.clock.wall(),
                                                  .state = ended.release->state};
        }
        result.outcome = to_outcome(std::move(ended));
    }
    preparation.clean_up();
    return result;
}

}  // namespace hookd::dispatch
