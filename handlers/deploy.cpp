#include "handlers/deploy.hpp"

#include "core/base/fd.hpp"
#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "handlers/attempt_log.hpp"
#include "handlers/command.hpp"
#include "handlers/deploy_settings.hpp"
#include "handlers/release_folder.hpp"

#include <algorithm>

namespace hookd::handlers {
namespace {

constexpr Milliseconds k_first_pause{200};
constexpr Milliseconds k_longest_pause{2'000};
constexpr std::int64_t k_least_log_bytes = std::int64_t{64} << 10;

class Deploy {
  public:
    Deploy(const Attempt& attempt, DeploySettings settings)
        : attempt_(attempt),
          settings_(std::move(settings)),
          until_(attempt.clock.boot() + attempt.timeout) {}

    Result run();

  private:
    [[nodiscard]] Milliseconds remaining() const { return until_ - attempt_.clock.boot(); }
    [[nodiscard]] bool must_stop() const {
        return attempt_.cancel.requested() || remaining() <= Milliseconds(0);
    }

    void log(const std::string& line) const { append_to_log(attempt_.log, line); }
    void end(ActionState state, const std::string& reason);
    void end(const Error& error);
    bool build();
    bool add(const ReleaseFolder& folder);
    bool switch_to_it(const ReleaseFolder& folder);
    bool check(const ReleaseFolder& folder);
    void go_back(const ReleaseFolder& folder);
    void finish(const ReleaseFolder& folder);
    Result command(const std::vector<std::string>& arguments, const std::filesystem::path& in,
                   std::vector<std::string> variables, BootTime until, Milliseconds limit);
    bool leave(const ReleaseFolder& folder, const std::optional<std::string>& target);
    void set_release(const char* state);

    const Attempt& attempt_;
    const DeploySettings settings_;
    const BootTime until_;
    std::string release_;
    std::optional<std::string> old_target_;   ///< what `current` said before
    std::optional<std::string> old_release_;  ///< the release that was
    Result result_;
};

void Deploy::end(ActionState state, const std::string& reason) {
    log(reason);
    result_.state = state;
    result_.reason = printable_line(reason);
}

void Deploy::end(const Error& error) {
    if (attempt_.cancel.requested()) {
        end(ActionState::canceled, attempt_.cancel.reason());
    } else if (remaining() <= Milliseconds(0)) {
        end(ActionState::timeout, "timed out: " + error.message);
    } else {
        end(ActionState::error, error.message);
    }
}

void Deploy::set_release(const char* state) {
    result_.release =
        Result::Release{settings_.environment, settings_.target.string(), release_, state};
}

/// Runs one command of several: the log's cap and the counts are those of the whole attempt.
/// `limit` is what the deadline is called in the reason.
Result Deploy::command(const std::vector<std::string>& arguments, const std::filesystem::path& in,
                       std::vector<std::string> variables, BootTime until, Milliseconds limit) {
    Attempt part = attempt_;
    part.workspace = in;
    part.log_cap_bytes = std::max(
        k_least_log_bytes, attempt_.log_cap_bytes - result_.log_bytes + result_.log_dropped_bytes);
    variables.push_back("HOOKD_ENVIRONMENT=" + settings_.environment);
    for (auto& variable : variables) {
        const auto name = variable.substr(0, variable.find('=') + 1);
        std::erase_if(part.environment,
                      [&name](const std::string& other) { return other.starts_with(name); });
        part.environment.push_back(std::move(variable));
    }
    const auto timeout = std::max(Milliseconds(1), until - attempt_.clock.boot());
    auto result = result_of(run_command(part, arguments, timeout), limit);
    result_.cpu += result.cpu;
    result_.peak_memory_bytes = std::max(result_.peak_memory_bytes, result.peak_memory_bytes);
    result_.log_bytes += result.log_bytes;
    result_.log_dropped_bytes += result.log_dropped_bytes;
    return result;
}

bool Deploy::build() {
    if (settings_.build.empty()) {
        return true;
    }
    const auto result = command(settings_.build, attempt_.workspace, {}, until_, attempt_.timeout);
    result_.exit_code = result.exit_code;
    result_.signal = result.signal;
    if (result.state == ActionState::success) {
        return true;
    }
    end(result.state, "the build ended with " + result.reason + ": nothing was deployed");
    return false;
}

bool Deploy::add(const ReleaseFolder& folder) {
    const auto from = open_folder_below(attempt_.workspace, settings_.from);
    if (!from) {
        end(from.error());
        return false;
    }
    const auto added = folder.add(from->get(), attempt_.clock.wall(), attempt_.commit,
                                  [this] { return must_stop(); });
    if (!added) {
        end(added.error());
        return false;
    }
    release_ = added->name;
    log("release " + release_ + ": " + std::to_string(added->copied.files) + " files, " +
        std::to_string(added->copied.bytes) + " bytes");
    for (const auto& path : added->copied.left_out) {
        log("left out \"" + path + "\": neither file, folder nor link");
    }
    return true;
}

/// Lets `current` say `target` and removes the release. False where it is still live.
bool Deploy::leave(const ReleaseFolder& folder, const std::optional<std::string>& target) {
    if (auto switched = folder.point(target); !switched) {
        log(switched.error().message);
    }
    // Asked, not concluded: a switch that failed to reach the disk is a switch all the same.
    if (folder.current_release() == release_) {
        return false;
    }
    if (auto removed = folder.remove(release_); !removed) {
        log(removed.error().message);
    }
    return true;
}

bool Deploy::switch_to_it(const ReleaseFolder& folder) {
    auto target = folder.current();
    if (!target) {
        end(target.error());
        return false;
    }
    old_target_ = std::move(*target);
    old_release_ = folder.current_release();
    const auto switched = must_stop() ? fail(ErrorCode::unavailable, "stopped before the switch")
                                      : folder.point(ReleaseFolder::target_of(release_));
    if (!switched) {
        end(switched.error());
        leave(folder, old_target_);
        return false;
    }
    log("switched " + settings_.target.string() + "/current to " + release_);
    return true;
}

bool Deploy::check(const ReleaseFolder& folder) {
    if (!settings_.check) {
        return true;
    }
    const auto path = folder.path_of(release_);
    std::vector<std::string> variables = {"HOOKD_RELEASE=" + release_,
                                          "HOOKD_RELEASE_PATH=" + path.string()};
    if (old_release_) {
        variables.push_back("HOOKD_PREVIOUS_RELEASE=" + *old_release_);
    }
    const auto own_end = attempt_.clock.boot() + settings_.check->within;
    const auto until = std::min(until_, own_end);
    const auto limit = until == until_ ? attempt_.timeout : settings_.check->within;
    std::optional<Result> answer;
    for (auto pause = k_first_pause;; pause = std::min(pause * 2, k_longest_pause)) {
        auto result = command(settings_.check->arguments, path, variables, until, limit);
        const bool said_no = result.state == ActionState::failure;
        // What it said last tells more than that it was cut off when it was asked once more.
        const bool cut_off = result.state == ActionState::timeout && until != until_;
        if (!answer || !cut_off) {
            answer = std::move(result);
        }
        if (!said_no || must_stop() || attempt_.clock.boot() + pause >= until) {
            break;
        }
        log("the check ended with " + answer->reason + ", asking again");
        // A cancel ends the pause; the loop then sees it.
        static_cast<void>(wait_readable(attempt_.cancel.fd(), pause));
    }
    result_.exit_code = answer->exit_code;
    result_.signal = answer->signal;
    if (answer->state == ActionState::success) {
        return true;
    }
    const bool own_limit = answer->state == ActionState::timeout && until != until_;
    result_.state = own_limit ? ActionState::failure : answer->state;
    result_.reason = "the check of " + release_ + " failed: " + answer->reason;
    // Also where the cancel came between two answers.
    if (attempt_.cancel.requested()) {
        result_.state = ActionState::canceled;
        result_.reason = "canceled in the check of " + release_ + ": " + attempt_.cancel.reason();
    }
    return false;
}

void Deploy::go_back(const ReleaseFolder& folder) {
    const auto why = result_.reason;
    const auto state = result_.state;
    if (settings_.on_check_failure == DeploySettings::OnCheckFailure::keep) {
        set_release("failed");
        end(state, why + "; it stays live (on_check_failure: keep)");
        return;
    }
    auto target = old_target_;
    auto live = old_release_ ? *old_release_ : old_target_.value_or("");
    // A release whose own deploy failed or died is no place to go back to, where there is a better.
    const auto proven = folder.proven();
    if (old_release_ && !folder.is_proven(*old_release_) && proven && !proven->empty()) {
        live = proven->front();
        target = ReleaseFolder::target_of(live);
    }
    if (!leave(folder, target)) {
        set_release("failed");
        end(ActionState::error, why + "; it could not be rolled back and is still live");
        return;
    }
    set_release("rolled_back");
    end(state, why + (target ? "; rolled back, live is " + live
                             : "; removed, nothing is live: there was no release before"));
}

void Deploy::finish(const ReleaseFolder& folder) {
    set_release("live");
    result_.state = ActionState::success;
    result_.outputs["release"] = release_;
    result_.outputs["path"] = folder.path_of(release_).string();
    // It is live and works: what fails from here on is said and changes nothing.
    std::vector<std::string> spared;
    if (old_release_ && folder.is_proven(*old_release_)) {
        spared.push_back(*old_release_);
    }
    const auto proven = folder.prove(release_);
    const auto removed = folder.prune(settings_.keep, spared);
    if (!proven || !removed) {
        log((proven ? removed.error() : proven.error()).message);
        return;
    }
    for (const auto& name : *removed) {
        log("removed the release " + name);
    }
}

Result Deploy::run() {
    // The target first: what makes a deploy impossible is said before anything is built.
    const auto folder = ReleaseFolder::open(settings_.target, [this] { return must_stop(); });
    if (!folder) {
        end(folder.error());
        return result_;
    }
    if (!build() || !add(*folder) || !switch_to_it(*folder)) {
        return result_;
    }
    if (check(*folder)) {
        finish(*folder);
    } else {
        go_back(*folder);
    }
    return result_;
}

}  // namespace

Result run_deploy(const Attempt& attempt) {
    auto settings = read_deploy_settings(attempt.spec);
    const auto commit = ObjectId::parse(attempt.commit);
    if (!settings || !commit) {
        const auto& error = settings ? commit.error() : settings.error();
        append_to_log(attempt.log, error.message);
        Result result;
        result.state = ActionState::error;
        result.reason = error.message;
        return result;
    }
    return Deploy(attempt, std::move(*settings)).run();
}

}  // namespace hookd::handlers
