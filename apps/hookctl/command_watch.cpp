#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/run_watch.hpp"
#include "core/base/clock.hpp"
#include "core/base/text.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

/// Prints a line for each action and run whose state is another than last shown.
class Watcher {
  public:
    Watcher(const Daemon& daemon, std::string only_run)
        : daemon_(daemon), only_run_(std::move(only_run)), colour_(colour_of_stdout()) {}

    /// False once the one run that is watched is over.
    bool on_change(const std::string& type, const Json& change) {
        if (type == "event") {
            show_event(text_at(change, "event"));
            return true;
        }
        const std::string run =
            type == "open" ? only_run_ : std::to_string(number_at(change, "run"));
        return run.empty() || run == "0" || show_run(run);
    }

  private:
    void show_event(const std::string& id) {
        const auto event = daemon_.get("/api/v1/events/" + id);
        if (event) {
            print_line(short_time(text_at(event->at("source"), "received_at")) + "  event " + id +
                       "  " + text_at(*event, "kind") + " " + text_at(*event, "change") + "  " +
                       text_at(*event, "repository") + " " +
                       printable_line(text_at(*event, "ref")));
        }
    }

    bool show_run(const std::string& id) {
        const auto run = daemon_.get("/api/v1/runs/" + id);
        if (!run) {
            return only_run_.empty();
        }
        const std::string head =
            "run " + id + "  " + text_at(*run, "repository") + "  " + text_at(*run, "rule");
        for (const Json& action : list_at(*run, "actions")) {
            show_if_new(head + "  " + text_at(action, "name"), text_at(action, "state"),
                        text_at(action, "reason"));
        }
        const std::string state = text_at(*run, "state");
        show_if_new(head, state, "");
        return only_run_.empty() || state == "queued" || state == "running";
    }

    void show_if_new(const std::string& what, const std::string& state, const std::string& reason) {
        if (std::exchange(shown_[what], state) == state) {
            return;
        }
        print_line(short_time(to_rfc3339(RealClock{}.wall())) + "  " + what + "  " +
                   coloured_state(state, colour_) +
                   (reason.empty() ? "" : "  (" + printable_line(reason) + ")"));
    }

    const Daemon& daemon_;
    std::string only_run_;
    Colour colour_;
    std::map<std::string, std::string> shown_;
};

Result<Exit> watch(const Settings& settings, const std::string& run) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    // A person reads along: each line at once, also through a pipe.
    ::setvbuf(stdout, nullptr, _IOLBF, 0);
    if (!run.empty()) {
        const auto known = daemon->get("/api/v1/runs/" + query_value(run));
        if (!known) {
            return fail(known.error());
        }
    }
    Watcher watcher(*daemon, run);
    bool over = false;
    const Status followed =
        follow_changes(*daemon, run, [&](const std::string& type, const Json& change) {
            if (settings.output == Output::json) {
                if (type != "open") {
                    Json line = change;
                    line["type"] = type;
                    print_line(line.dump());
                }
                return true;
            }
            over = !watcher.on_change(type, change);
            return !over;
        });
    if (!followed) {
        return fail(followed.error());
    }
    if (!over) {
        return fail(ErrorCode::unavailable, "the daemon stopped");
    }
    return Exit::done;
}

}  // namespace

Run add_watch(CLI::App& app, const Settings& settings) {
    const auto run = std::make_shared<std::string>();
    app.add_option("RUN", *run, "This run only, until it is over");
    return [&settings, run] { return watch(settings, *run); };
}

}  // namespace hookd::hookctl
