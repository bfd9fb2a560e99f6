#include "apps/hookctl/commands.hpp"
#include "config/load.hpp"
#include "core/base/text.hpp"
#include "core/model/state_folder.hpp"
#include "hooks/install.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <vector>

namespace hookd::hookctl {
namespace {

enum class DryRun { no, yes };

struct Repositories {
    std::vector<std::filesystem::path> paths;
    bool dry_run = false;
};

std::filesystem::path folder_of_programs() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

/// Shows what a plan does, and does it unless it is a dry run.
Status carry_out(const Result<hooks::InstallPlan>& plan, const Settings& settings, DryRun dry_run) {
    if (!plan) {
        return fail(plan.error());
    }
    const auto tell = [&](const std::string& words) {
        print_line(
            settings.output == Output::json
                ? nlohmann::ordered_json{{"repository", plan->repository.string()}, {"done", words}}
                      .dump()
                : plan->repository.string() + ": " + printable_line(words));
    };
    if (plan->steps.empty()) {
        tell("nothing to do");
        return {};
    }
    if (dry_run == DryRun::yes) {
        for (const hooks::InstallStep& step : plan->steps) {
            tell("would " + step.words);
        }
        return {};
    }
    const auto done = hooks::apply(*plan);
    if (!done) {
        return fail(done.error());
    }
    for (const std::string& words : *done) {
        tell(words);
    }
    return {};
}

/// Every repository is tried; the last error is the answer.
template <class Plan>
Result<Exit> each(const Repositories& repositories, const Settings& settings, Plan&& plan) {
    const DryRun dry_run = repositories.dry_run ? DryRun::yes : DryRun::no;
    std::vector<Error> errors;
    for (const std::filesystem::path& path : repositories.paths) {
        if (const Status done = carry_out(plan(path), settings, dry_run); !done) {
            errors.push_back(done.error());
        }
    }
    if (errors.empty()) {
        return Exit::done;
    }
    for (std::size_t i = 0; i + 1 < errors.size(); ++i) {
        print_error(errors[i]);
    }
    return fail(ErrorCode::failed, errors.back().message);
}

Result<Exit> install(const Settings& settings, const Repositories& repositories) {
    const auto state = find_state(settings);
    if (!state) {
        return fail(state.error());
    }
    const auto loaded = config::load(settings.configuration_file);
    const auto* const configuration = std::get_if<config::Configuration>(&loaded);
    const StateFolder folder(std::filesystem::absolute(*state));
    const hooks::HookSettings hook_settings{.version = HOOKD_VERSION,
                                            .spool = folder.spool().string(),
                                            .socket = folder.spool_socket().string()};
    return each(repositories, settings, [&](const std::filesystem::path& path) {
        if (configuration != nullptr && configuration->find_by_path(path) == nullptr) {
            std::fprintf(stderr,
                         "hookctl: warning: no repository file has the path \"%s\"; until one has, "
                         "its pushes are refused by hookd\n",
                         path.c_str());
        }
        return hooks::plan_install({path, folder_of_programs(), hook_settings});
    });
}

void add_repositories(CLI::App& app, Repositories& repositories) {
    app.add_option("REPO.git", repositories.paths, "Bare repositories")->required();
    app.add_flag("--dry-run", repositories.dry_run, "Only say what would be done");
}

}  // namespace

Run add_install(CLI::App& app, const Settings& settings) {
    const auto repositories = std::make_shared<Repositories>();
    add_repositories(app, *repositories);
    return [&settings, repositories] { return install(settings, *repositories); };
}

Run add_uninstall(CLI::App& app, const Settings& settings) {
    const auto repositories = std::make_shared<Repositories>();
    add_repositories(app, *repositories);
    return [&settings, repositories] {
        return each(*repositories, settings,
                    [](const std::filesystem::path& path) { return hooks::plan_uninstall(path); });
    };
}

}  // namespace hookd::hookctl
