#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/explain_stored.hpp"
#include "apps/hookctl/json_text.hpp"
#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "core/base/ulid.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

struct Wanted {
    std::string event;
    std::string rule;
    std::string key;
    bool dry_run = false;
};

void print_replayed(const Json& answer) {
    if (answer.value("repeated", false)) {
        print_line("this key was used before; nothing new was started");
    }
    const Json runs = list_at(answer, "runs");
    for (const Json& run : runs) {
        print_line("started run " + std::to_string(number_at(run, "id")) + " of rule " +
                   printable_line(text_at(run, "rule")));
    }
    if (!runs.empty()) {
        return;
    }
    print_line("no rule starts for this event");
    for (const Json& decision : list_at(answer, "decisions")) {
        print_line("  rule " + printable_line(text_at(decision, "rule")) + ": because of " +
                   text_at(decision, "clause") + ", saw " +
                   printable_line(text_at(decision, "seen")));
    }
}

Result<Exit> replay(const Settings& settings, const Wanted& wanted) {
    if (wanted.dry_run) {
        return explain_stored(settings, wanted.event, wanted.rule);
    }
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    Json body = Json::object();
    if (!wanted.rule.empty()) {
        body["rule"] = to_valid_utf8(wanted.rule);
    }
    const std::string key = wanted.key.empty() ? make_ulid(RealClock{}.wall()) : wanted.key;
    const auto answer = daemon->post("/api/v1/events/" + query_value(wanted.event) + "/replay",
                                     body.dump(), {{"Idempotency-Key", key}});
    if (!answer) {
        return fail(answer.error());
    }
    if (settings.output == Output::json) {
        print_line(answer->dump());
    } else {
        print_replayed(*answer);
    }
    return list_at(*answer, "runs").empty() ? Exit::no : Exit::done;
}

}  // namespace

Run add_replay(CLI::App& app, const Settings& settings) {
    const auto wanted = std::make_shared<Wanted>();
    app.add_option("EVENT", wanted->event, "Its id")->required();
    app.add_option("--rule", wanted->rule, "This rule only");
    app.add_option("--key", wanted->key,
                   "The same command with the same key is one replay; without it each is its own");
    app.add_flag("--dry-run", wanted->dry_run, "Only say what it would start, as `explain` does");
    return [&settings, wanted] { return replay(settings, *wanted); };
}

}  // namespace hookd::hookctl
