#include "hooks/acting_as.hpp"
#include "hooks/install.hpp"
#include "hooks/installed_files.hpp"

#include <unistd.h>

namespace hookd::hooks {
namespace {

using Kind = InstallStep::Kind;

class Planner {
  public:
    Planner(const BareRepository& repository, const InstallRecord& record)
        : repository_(repository), paths_(repository.path), record_(record) {}

    [[nodiscard]] std::vector<InstallStep> steps() {
        give_back_hook();
        if (record_.made_chain && look_at(paths_.chain)) {
            add_folder(paths_.chain);
        }
        for (const auto& file : {paths_.settings, paths_.record}) {
            if (look_at(file)) {
                add({Kind::remove_file, file, {}, {}, 0, "remove " + relative(file)});
            }
        }
        if (look_at(paths_.own)) {
            add_folder(paths_.own);
        }
        if (record_.made_hooks && look_at(paths_.hooks)) {
            add_folder(paths_.hooks);
        }
        return std::move(steps_);
    }

  private:
    void give_back_hook() {
        const bool ours = version_of_ours(paths_.hook).has_value();
        if (look_at(paths_.hook) && !ours) {
            add({Kind::note,
                 {},
                 {},
                 {},
                 0,
                 relative(paths_.hook) + " is not hookd's any more and stays as it is"});
            if (look_at(paths_.previous)) {
                add({Kind::note,
                     {},
                     {},
                     {},
                     0,
                     relative(paths_.previous) + " stays too, and nothing runs it"});
            }
            return;
        }
        const std::string words = "give back " + relative(paths_.hook) + " as it was";
        if (look_at(paths_.previous) && record_.previous == InstallRecord::Previous::file) {
            add({Kind::move, paths_.hook, paths_.previous, {}, 0, words});
        } else if (record_.previous == InstallRecord::Previous::link) {
            add({Kind::make_link, paths_.hook, {}, record_.link_target, 0, words});
            add({Kind::remove_file,
                 paths_.previous,
                 {},
                 {},
                 0,
                 "remove " + relative(paths_.previous)});
        } else if (ours) {
            add({Kind::remove_file, paths_.hook, {}, {}, 0, "remove " + relative(paths_.hook)});
        }
    }

    void add_folder(const std::filesystem::path& folder) {
        add({Kind::remove_if_empty,
             folder,
             {},
             {},
             0,
             "remove the folder " + relative(folder) + " unless others have put files there"});
    }

    void add(InstallStep step) { steps_.push_back(std::move(step)); }

    [[nodiscard]] std::string relative(const std::filesystem::path& path) const {
        return path.lexically_relative(repository_.path).string();
    }

    BareRepository repository_;
    InstalledPaths paths_;
    InstallRecord record_;
    std::vector<InstallStep> steps_;
};

}  // namespace

Result<InstallPlan> plan_uninstall(const std::filesystem::path& path) {
    const auto repository = find_bare_repository(path);
    if (!repository) {
        return fail(repository.error());
    }
    const auto acting = ActingAs::start(repository->owner, repository->group);
    if (!acting) {
        return fail(acting.error().in("\"" + repository->path.string() + "\""));
    }
    const InstalledPaths paths(repository->path);
    const auto record = read_install_record(paths, repository->owner);
    if (!record) {
        return fail(record.error());
    }
    if (!*record && !version_of_ours(paths.hook)) {
        return fail(ErrorCode::not_found,
                    "hookd is not installed in \"" + repository->path.string() + "\"");
    }
    return InstallPlan{repository->path, repository->owner, repository->group,
                       Planner(*repository, record->value_or(InstallRecord{})).steps()};
}

}  // namespace hookd::hooks
