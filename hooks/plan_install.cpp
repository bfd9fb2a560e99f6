#include "core/base/file.hpp"
#include "hooks/acting_as.hpp"
#include "hooks/git_setting.hpp"
#include "hooks/install.hpp"
#include "hooks/installed_files.hpp"

#include <unistd.h>

namespace hookd::hooks {
namespace {

using Kind = InstallStep::Kind;

std::string in_quotes(const std::filesystem::path& path) {
    return "\"" + path.string() + "\"";
}

/// A program that runs every file of `post-receive.d` itself would, kept there, run itself.
bool would_run_itself(const std::filesystem::path& hook) {
    const auto text = read_file(hook, std::size_t{1} << 20);
    return text &&
           (text->find("post-receive.d") != std::string::npos ||
            text->find(".d/*") != std::string::npos || text->find(".d\"/*") != std::string::npos);
}

/// Works out the steps, as the owner of the repository.
class Planner {
  public:
    Planner(const BareRepository& repository, HookSettings settings, std::string program)
        : repository_(repository),
          paths_(repository.path),
          settings_(std::move(settings)),
          program_(std::move(program)) {}

    [[nodiscard]] Result<InstallPlan> plan() {
        for (const auto check : {&Planner::check_git, &Planner::check_folders,
                                 &Planner::look_at_record, &Planner::look_at_hook}) {
            if (auto checked = (this->*check)(); !checked) {
                return fail(checked.error());
            }
        }
        return InstallPlan{repository_.path, repository_.owner, repository_.group, steps()};
    }

  private:
    Status check_git() {
        const auto bare = git_setting(repository_.path, "core.bare");
        if (!bare) {
            return fail(bare.error());
        }
        if (bare->value_or("") != "true") {
            return fail(ErrorCode::invalid,
                        in_quotes(repository_.path) + " is not bare: its core.bare should be true");
        }
        const auto elsewhere = git_setting(repository_.path, "core.hooksPath");
        if (!elsewhere) {
            return fail(elsewhere.error());
        }
        if (*elsewhere) {
            return fail(ErrorCode::invalid,
                        "core.hooksPath is " + in_quotes(**elsewhere) + " for " +
                            in_quotes(repository_.path) +
                            ", so git would ignore a hook in the repository; unset it (`git "
                            "config --show-origin core.hooksPath` shows where it is set)");
        }
        return {};
    }

    Status check_folders() {
        for (const auto& folder : {paths_.hooks, paths_.own, paths_.chain}) {
            const auto status = look_at(folder);
            if (status && !S_ISDIR(status->st_mode)) {
                return fail(ErrorCode::invalid,
                            in_quotes(folder) +
                                " is not a folder of this repository alone (a link, "
                                "or a file); hookd does not install through it");
            }
        }
        return {};
    }

    Status look_at_record() {
        auto record = read_install_record(paths_, repository_.owner);
        if (!record) {
            return fail(record.error());
        }
        const bool chain_in_use = look_at(paths_.chain) && !std::filesystem::is_empty(paths_.chain);
        if (!*record && chain_in_use) {
            return fail(ErrorCode::exists,
                        in_quotes(paths_.chain) +
                            " holds hooks of another program (Gitea and Forgejo keep theirs so); "
                            "installing beside it is not possible yet");
        }
        if (*record) {
            record_ = **record;
            known_ = true;
        } else {
            record_.made_hooks = !look_at(paths_.hooks);
            record_.made_chain = !look_at(paths_.chain);
        }
        return {};
    }

    Status look_at_hook() {
        const auto status = look_at(paths_.hook);
        const auto kept = look_at(paths_.previous);
        installed_version_ = version_of_ours(paths_.hook);
        if (!status || installed_version_) {
            return {};
        }
        // The second name of the same file is what an installation that broke off leaves.
        const bool kept_already = kept && kept->st_ino == status->st_ino;
        if (kept && !kept_already) {
            return fail(ErrorCode::exists, in_quotes(paths_.hook) + " is not hookd's, and " +
                                               in_quotes(paths_.previous) +
                                               " is there from before; move one of them away");
        }
        if (!S_ISREG(status->st_mode) && !S_ISLNK(status->st_mode)) {
            return fail(ErrorCode::invalid, in_quotes(paths_.hook) + " is not a file");
        }
        if (would_run_itself(paths_.hook)) {
            return fail(ErrorCode::exists, in_quotes(paths_.hook) +
                                               " runs the hooks of a folder itself and would run "
                                               "itself there; move it away first");
        }
        if (S_ISLNK(status->st_mode)) {
            record_.previous = InstallRecord::Previous::link;
            record_.link_target = std::filesystem::read_symlink(paths_.hook).string();
        } else {
            record_.previous = InstallRecord::Previous::file;
            record_.link_target.clear();
        }
        keep_ = !kept_already;
        known_ = false;
        return {};
    }

    std::vector<InstallStep> steps() {
        std::vector<InstallStep> steps;
        for (const auto& folder : {paths_.hooks, paths_.own}) {
            if (!look_at(folder)) {
                steps.push_back({Kind::make_folder,
                                 folder,
                                 {},
                                 {},
                                 0755,
                                 "make the folder " + relative(folder)});
            }
        }
        if (!known_) {
            steps.push_back({Kind::write_file,
                             paths_.record,
                             {},
                             to_text(record_),
                             0644,
                             "note in " + relative(paths_.record) + " what is there now"});
        }
        const auto text = to_text(settings_);
        if (read_file(paths_.settings).value_or("") != text) {
            steps.push_back({Kind::write_file,
                             paths_.settings,
                             {},
                             text,
                             0644,
                             "write " + relative(paths_.settings) + ": spool " + settings_.spool +
                                 ", socket " + settings_.socket});
        }
        if (keep_) {
            add_keeping(steps);
        }
        if (read_file(paths_.hook).value_or("") != program_) {
            const auto version = version_in(program_).value_or("");
            steps.push_back(
                {Kind::write_file,
                 paths_.hook,
                 {},
                 program_,
                 0755,
                 installed_version_
                     ? "replace hookd's post-receive " + *installed_version_ + " by " + version
                     : "put hookd's post-receive " + version + " into " + relative(paths_.hook)});
        }
        return steps;
    }

    void add_keeping(std::vector<InstallStep>& steps) const {
        if (!look_at(paths_.chain)) {
            steps.push_back({Kind::make_folder,
                             paths_.chain,
                             {},
                             {},
                             0755,
                             "make the folder " + relative(paths_.chain)});
        }
        const std::string words =
            "keep the present hook as " + relative(paths_.previous) + "; it runs after hookd's";
        if (record_.previous == InstallRecord::Previous::file) {
            steps.push_back({Kind::keep_file, paths_.previous, paths_.hook, {}, 0, words});
            return;
        }
        // One folder further down, a relative link needs one more step up.
        const std::filesystem::path target = record_.link_target;
        steps.push_back({Kind::make_link,
                         paths_.previous,
                         {},
                         target.is_absolute() ? target.string() : (".." / target).string(),
                         0,
                         words});
    }

    [[nodiscard]] std::string relative(const std::filesystem::path& path) const {
        return path.lexically_relative(repository_.path).string();
    }

    BareRepository repository_;
    InstalledPaths paths_;
    HookSettings settings_;
    std::string program_;
    InstallRecord record_;
    bool known_ = false;  ///< the record is there and right
    bool keep_ = false;   ///< a hook is there that must be kept
    std::optional<std::string> installed_version_;
};

}  // namespace

Result<InstallPlan> plan_install(const InstallRequest& request) {
    // Before acting as somebody else, who may not be allowed to read it.
    const auto file = request.programs / "post-receive";
    auto program = read_file(file);
    if (!program) {
        return fail(program.error());
    }
    if (!version_in(*program)) {
        return fail(ErrorCode::invalid, in_quotes(file) + " is not hookd's post-receive program");
    }
    if (auto settings = hook_settings_from(to_text(request.settings)); !settings) {
        return fail(settings.error());
    }
    const auto repository = find_bare_repository(request.repository);
    if (!repository) {
        return fail(repository.error());
    }
    const auto acting = ActingAs::start(repository->owner, repository->group);
    if (!acting) {
        return fail(acting.error().in(in_quotes(repository->path)));
    }
    return Planner(*repository, request.settings, std::move(*program)).plan();
}

}  // namespace hookd::hooks
