#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/event_source.hpp"
#include "apps/hookctl/json_text.hpp"
#include "core/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <vector>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

enum class Follow { no, yes };
enum class Raw { no, yes };

/// RUN[/ACTION[/ATTEMPT]]
struct LogName {
    std::string run;
    std::string action;
    std::string attempt = "last";
};

Result<LogName> parse_log_name(const std::string& text) {
    const auto parts = split(text, '/');
    if (parts.size() > 3 || !parse_number(parts[0]) ||
        (parts.size() == 3 && !parse_number(parts[2]))) {
        return fail(
            ErrorCode::invalid,
            "\"" + printable_line(text) + "\" is no log: RUN[/ACTION[/ATTEMPT]], such as 12/test");
    }
    LogName name{std::string(parts[0]), parts.size() > 1 ? std::string(parts[1]) : "", "last"};
    if (parts.size() == 3) {
        name.attempt = parts[2];
    }
    return name;
}

std::string log_target(const LogName& name) {
    return "/api/v1/runs/" + query_value(name.run) + "/actions/" + query_value(name.action) +
           "/attempts/" + query_value(name.attempt) + "/log";
}

void write(std::string_view text, Raw raw) {
    const std::string shown = raw == Raw::yes ? std::string(text) : printable(text);
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fflush(stdout);
}

/// Parts until one is empty: a log of any size in bounded memory.
Status print_log(const Daemon& daemon, const LogName& name, Raw raw) {
    std::size_t offset = 0;
    for (;;) {
        const auto part = daemon.get_text(log_target(name) + "?offset=" + std::to_string(offset));
        if (!part) {
            return fail(part.error());
        }
        if (part->empty()) {
            return {};
        }
        write(*part, raw);
        offset += part->size();
    }
}

/// Follows until the attempt is over, coming again where the stream broke off.
Status follow_log(const Daemon& daemon, const LogName& name, Raw raw) {
    std::string last_id;
    bool ended = false;
    while (!ended) {
        EventSourceParser parser;
        const std::string before = last_id;
        const auto followed =
            daemon.stream(log_target(name) + "?follow", last_id, [&](std::string_view part) {
                return parser.feed(part, [&](const ServerSentEvent& event) {
                    if (event.type == "end") {
                        ended = true;
                        return false;
                    }
                    last_id = event.id;
                    const Json text = Json::parse(event.data, nullptr, false);
                    write(text.is_string() ? text.get<std::string>() : "", raw);
                    return true;
                });
            });
        if (!followed && last_id == before) {
            return followed;
        }
        if (followed && !ended && last_id == before) {
            return fail(ErrorCode::unavailable, "the daemon stopped");
        }
    }
    return {};
}

Result<std::vector<std::string>> action_names(const Daemon& daemon, const std::string& run) {
    const auto detail = daemon.get("/api/v1/runs/" + query_value(run));
    if (!detail) {
        return fail(detail.error());
    }
    std::vector<std::string> names;
    for (const Json& action : list_at(*detail, "actions")) {
        names.push_back(text_at(action, "name"));
    }
    return names;
}

Result<Exit> show_logs(const Settings& settings, const std::string& text, Follow follow, Raw raw) {
    auto name = parse_log_name(text);
    if (!name) {
        return fail(name.error());
    }
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    std::vector<std::string> actions = {name->action};
    const bool whole_run = name->action.empty();
    if (whole_run) {
        auto all = action_names(*daemon, name->run);
        if (!all) {
            return fail(all.error());
        }
        actions = *std::move(all);
    }
    for (const std::string& action : actions) {
        name->action = action;
        if (whole_run) {
            print_line("== " + action);
            std::fflush(stdout);
        }
        const Status shown = follow == Follow::yes ? follow_log(*daemon, *name, raw)
                                                   : print_log(*daemon, *name, raw);
        // Of a whole run, an action that never started has no log, and that is no failure.
        if (!shown && whole_run && shown.error().code == ErrorCode::not_found) {
            print_line("(not started)");
        } else if (!shown) {
            return fail(shown.error());
        }
    }
    return Exit::done;
}

}  // namespace

Run add_logs(CLI::App& app, const Settings& settings) {
    const auto name = std::make_shared<std::string>();
    const auto follow = std::make_shared<bool>(false);
    const auto raw = std::make_shared<bool>(false);
    app.add_option("LOG", *name, "RUN, RUN/ACTION or RUN/ACTION/ATTEMPT")->required();
    app.add_flag("-f,--follow", *follow, "Go on as it is written, until the action is over");
    app.add_flag("--raw", *raw, "Bytes as they are, control sequences too");
    return [&settings, name, follow, raw] {
        return show_logs(settings, *name, *follow ? Follow::yes : Follow::no,
                         *raw ? Raw::yes : Raw::no);
    };
}

}  // namespace hookd::hookctl
