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
    std::string delivery;  ///< in place of an event
    std::string rule;
    std::string key;
    bool dry_run = false;
};

void print_runs(const Json& runs, const std::string& what = "started run ") {
    for (const Json& run : runs) {
        print_line(what + std::to_string(number_at(run, "id")) + " of rule " +
                   printable_line(text_at(run, "rule")));
    }
}

void print_replayed(const Json& answer) {
    if (answer.value("repeated", false)) {
        print_line("this key was used before; nothing new was started");
    }
    const Json runs = list_at(answer, "runs");
    print_runs(runs);
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

void print_taken(const Json& answer) {
    print_line((answer.value("repeated", false) ? "was taken before, as delivery "
                                                : "taken as delivery ") +
               text_at(answer, "delivery"));
    if (answer.value("suspicious", false)) {
        print_line("its body had come before under another delivery id");
    }
    for (const Json& event : list_at(answer, "events")) {
        const Json runs = list_at(event, "runs");
        const bool duplicate = event.value("duplicate", false);
        print_line("event " + text_at(event, "id") +
                   (duplicate ? ", which was there already" : "") +
                   (runs.empty() ? ": no rule started for it; `hookctl event` says why" : ""));
        print_runs(runs, duplicate ? "had started run " : "started run ");
    }
    if (list_at(answer, "events").empty()) {
        print_line("it brought no event");
    }
}

Result<Exit> replay_delivery(const Settings& settings, const std::string& delivery) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto answer = daemon->post("/api/v1/deliveries/" + query_value(delivery) + "/replay");
    if (!answer) {
        return fail(answer.error());
    }
    if (settings.output == Output::json) {
        print_line(answer->dump());
    } else {
        print_taken(*answer);
    }
    return Exit::done;
}

Result<Exit> replay(const Settings& settings, const Wanted& wanted) {
    if (wanted.event.empty() == wanted.delivery.empty()) {
        return fail(ErrorCode::invalid, "give the id of an event, or --delivery with one");
    }
    if (!wanted.delivery.empty()) {
        return replay_delivery(settings, wanted.delivery);
    }
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
    auto* const event = app.add_option("EVENT", wanted->event, "Its id");
    auto* const delivery =
        app.add_option("--delivery", wanted->delivery,
                       "A delivery that was refused, in place of an event: it is read once more by "
                       "the configuration in force, and taken where that lets it in");
    delivery->excludes(event);
    app.add_option("--rule", wanted->rule, "This rule only")->excludes(delivery);
    app.add_option("--key", wanted->key,
                   "The same command with the same key is one replay; without it each is its own")
        ->excludes(delivery);
    app.add_flag("--dry-run", wanted->dry_run, "Only say what it would start, as `explain` does")
        ->excludes(delivery);
    return [&settings, wanted] { return replay(settings, *wanted); };
}

}  // namespace hookd::hookctl
