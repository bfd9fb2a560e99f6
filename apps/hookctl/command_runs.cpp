#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/listing.hpp"
#include "apps/hookctl/run_watch.hpp"
#include "core/base/clock.hpp"
#include "core/base/listed.hpp"
#include "core/base/text.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <utility>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

struct RunsWanted {
    std::string repository;
    std::string state;
    std::size_t limit = 50;
};

bool is_over(const Json& run) {
    const std::string state = text_at(run, "state");
    return state != "queued" && state != "running";
}

std::string time_taken(const Json& object, const char* from, const char* to) {
    const auto start = from_rfc3339(text_at(object, from));
    const auto end = from_rfc3339(text_at(object, to));
    return start && end ? short_duration((*end - *start).count()) : "";
}

Result<Exit> list_runs(const Settings& settings, const RunsWanted& wanted) {
    ListQuery query("/api/v1/runs", wanted.limit);
    query.only("repository", wanted.repository);
    query.only("state", wanted.state);
    Table table({"RUN", "STATE", "REPOSITORY", "RULE", "REF", "COMMIT", "CREATED", "TOOK"});
    table.colour_column(1);
    return print_list(settings, query, "runs", std::move(table), [](const Json& run) {
        return std::vector{std::to_string(number_at(run, "id")),
                           text_at(run, "state"),
                           text_at(run, "repository"),
                           text_at(run, "rule"),
                           text_at(run, "ref", "-"),
                           text_at(run, "commit", "-").substr(0, 10),
                           short_time(text_at(run, "created_at")),
                           time_taken(run, "created_at", "finished_at")};
    });
}

std::string last_attempt_time(const Json& action) {
    const Json attempts = list_at(action, "attempts");
    return attempts.empty() ? "" : time_taken(attempts.back(), "started_at", "ended_at");
}

/// Why the run was made, where that was not its event's arrival; else empty.
std::string why_again(const Json& run) {
    const auto rerun = run.find("rerun");
    if (rerun == run.end() || !rerun->is_object()) {
        return {};
    }
    const std::string who = text_at(*rerun, "asked_by");
    return "rerun " + std::to_string(number_at(*rerun, "number")) + ": " +
           text_at(*rerun, "cause") + (who.empty() ? "" : " by " + printable_line(who));
}

void print_run(const Json& run, Output output) {
    if (output == Output::json) {
        print_line(run.dump());
        return;
    }
    const Colour colour = colour_of_stdout();
    print_line("run " + std::to_string(number_at(run, "id")) + "  " +
               coloured_state(text_at(run, "state"), colour) + "  " + text_at(run, "repository") +
               "  rule " + text_at(run, "rule") + "  " + printable_line(text_at(run, "ref", "-")) +
               "  " + text_at(run, "commit").substr(0, 10));
    print_line("event " + text_at(run, "event") + "  created " +
               short_time(text_at(run, "created_at")));
    if (const std::string why = why_again(run); !why.empty()) {
        print_line(why);
    }
    print_line("");
    Table table({"ACTION", "STATE", "BY", "NEEDS", "ATTEMPTS", "TOOK", "WHY"});
    table.colour_column(1);
    for (const Json& action : list_at(run, "actions")) {
        std::string needs;
        for (const Json& need : list_at(action, "needs")) {
            add_listed(needs, need.get<std::string>());
        }
        table.add({text_at(action, "name"), text_at(action, "state"), text_at(action, "handler"),
                   needs, std::to_string(list_at(action, "attempts").size()),
                   last_attempt_time(action), text_at(action, "reason")});
    }
    table.print(colour, "no actions");
    for (const Json& action : list_at(run, "actions")) {
        for (const auto& [name, value] : action.at("outputs").items()) {
            print_line("output " + text_at(action, "name") + "." + name + " = " +
                       printable_line(value.get<std::string>()));
        }
    }
}

/// Waits until the run is over, telling on standard error how its actions change, and returns it.
Result<Json> wait_for_run(const Daemon& daemon, const std::string& target, const std::string& id,
                          Output output) {
    Result<Json> last = fail("the run's changes ended early");
    std::map<std::string, std::string> shown;
    const auto look = [&](const std::string&, const Json&) {
        last = daemon.get(target);
        if (!last) {
            return false;
        }
        for (const Json& action : list_at(*last, "actions")) {
            const std::string name = text_at(action, "name");
            const std::string state = text_at(action, "state");
            const bool waits = state == "blocked" || state == "ready" || state == "waiting";
            if (std::exchange(shown[name], state) != state && !waits && output == Output::human) {
                std::fprintf(stderr, "%s: %s\n", name.c_str(), state.c_str());
            }
        }
        return !is_over(*last);
    };
    const Status followed = follow_changes(daemon, id, look);
    if (last && !is_over(*last)) {
        return fail(followed ? Error{ErrorCode::unavailable,
                                     "the daemon stopped; the run goes on "
                                     "when it is back"}
                             : followed.error());
    }
    if (!last && !followed) {
        return fail(followed.error());
    }
    return last;
}

enum class Wait { no, yes };

Result<Exit> show_run(const Settings& settings, const std::string& id, Wait wait) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const std::string target = "/api/v1/runs/" + query_value(id);
    const auto run = wait == Wait::yes ? wait_for_run(*daemon, target, id, settings.output)
                                       : daemon->get(target);
    if (!run) {
        return fail(run.error());
    }
    print_run(*run, settings.output);
    const bool failed = wait == Wait::yes && text_at(*run, "state") != "success";
    return failed ? Exit::no : Exit::done;
}

}  // namespace

Run add_runs(CLI::App& app, const Settings& settings) {
    const auto wanted = std::make_shared<RunsWanted>();
    app.add_option("--repository,--repo", wanted->repository, "Of this repository only");
    app.add_option("--state", wanted->state,
                   "queued, running, success, failure, canceled, superseded");
    app.add_option("--limit", wanted->limit, "At most this many, up to 200")->capture_default_str();
    return [&settings, wanted] { return list_runs(settings, *wanted); };
}

Run add_run(CLI::App& app, const Settings& settings) {
    const auto id = std::make_shared<std::string>();
    const auto wait = std::make_shared<bool>(false);
    app.add_option("RUN", *id, "Its number")->required();
    app.add_flag("--wait", *wait, "Wait until it is over; exit status 1 unless it succeeded");
    return [&settings, id, wait] { return show_run(settings, *id, *wait ? Wait::yes : Wait::no); };
}

}  // namespace hookd::hookctl
