#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

Result<Exit> list_deployments(const Settings& settings, const std::string& repository) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto answer = daemon->get("/api/v1/deployments?repository=" + query_value(repository));
    if (!answer) {
        return fail(answer.error());
    }
    Table table({"REPOSITORY", "ENVIRONMENT", "RELEASE", "STATE", "COMMIT", "RUN", "AT"});
    for (const Json& deployment : list_at(*answer, "deployments")) {
        if (settings.output == Output::json) {
            print_line(deployment.dump());
            continue;
        }
        table.add({text_at(deployment, "repository"), text_at(deployment, "environment"),
                   text_at(deployment, "release"), text_at(deployment, "state"),
                   text_at(deployment, "commit").substr(0, 10),
                   std::to_string(number_at(deployment, "run")),
                   short_time(text_at(deployment, "at"))});
    }
    if (settings.output == Output::human) {
        table.print(colour_of_stdout(), "no deployments");
    }
    return Exit::done;
}

Result<Exit> show_queue(const Settings& settings) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto status = daemon->get("/api/v1/queue");
    if (!status) {
        return fail(status.error());
    }
    if (settings.output == Output::json) {
        print_line(status->dump());
        return Exit::done;
    }
    Table table({"READY", "OLDEST SINCE", "RUNNING", "WAITING", "BLOCKED", "EVENTS KEPT"});
    const std::string oldest = text_at(*status, "oldest_ready");
    table.add({std::to_string(number_at(*status, "ready")),
               oldest.empty() ? "-" : short_time(oldest),
               std::to_string(number_at(*status, "running")),
               std::to_string(number_at(*status, "waiting")),
               std::to_string(number_at(*status, "blocked")),
               std::to_string(number_at(*status, "events"))});
    table.print(colour_of_stdout(), "");
    return Exit::done;
}

Result<Exit> reload(const Settings& settings) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto answer = daemon->post("/api/v1/reload");
    if (!answer) {
        return fail(answer.error().code == ErrorCode::failed
                        ? Error{ErrorCode::failed,
                                "the old rules stay in force:\n" + answer.error().message}
                        : answer.error());
    }
    print_line(settings.output == Output::json ? answer->dump() : "reloaded");
    return Exit::done;
}

}  // namespace

Run add_deployments(CLI::App& app, const Settings& settings) {
    const auto repository = std::make_shared<std::string>();
    app.add_option("REPOSITORY", *repository, "Of this repository only");
    return [&settings, repository] { return list_deployments(settings, *repository); };
}

Run add_queue(CLI::App& app, const Settings& settings) {
    app.add_subcommand("status", "Depth by state, and how long the oldest has waited");
    app.require_subcommand(1);
    return [&settings] { return show_queue(settings); };
}

Run add_reload(CLI::App&, const Settings& settings) {
    return [&settings] { return reload(settings); };
}

}  // namespace hookd::hookctl
