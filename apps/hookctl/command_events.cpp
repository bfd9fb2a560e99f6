#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/listing.hpp"
#include "core/base/base64.hpp"
#include "core/base/listed.hpp"
#include "core/base/text.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

struct EventsWanted {
    std::string repository;
    std::string kind;
    std::string since;
    std::size_t limit = 50;
};

std::string what_happened(const Json& event) {
    const std::string change = text_at(event, "change");
    return text_at(event, "kind") + (change.empty() ? "" : " " + change);
}

Result<Exit> list_events(const Settings& settings, const EventsWanted& wanted) {
    ListQuery query("/api/v1/events", wanted.limit);
    query.only("repository", wanted.repository);
    query.only("kind", wanted.kind);
    if (auto valid = query.since(wanted.since); !valid) {
        return fail(valid.error());
    }
    return print_list(
        settings, query, "events",
        Table({"EVENT", "RECEIVED", "REPOSITORY", "WHAT", "REF", "COMMIT", "SOURCE", "RUNS"}),
        [](const Json& event) {
            return std::vector{
                text_at(event, "id"),         short_time(text_at(event, "received_at")),
                text_at(event, "repository"), what_happened(event),
                text_at(event, "ref", "-"),   text_at(event, "after", "-").substr(0, 10),
                text_at(event, "source"),     std::to_string(number_at(event, "runs"))};
        });
}

/// All zeros is git's way to say that there is none.
std::string commit_or_dash(const std::string& id) {
    const bool none = !id.empty() && id.find_first_not_of('0') == std::string::npos;
    return none ? "-" : id;
}

void print_event(const Json& event) {
    print_labelled("event", text_at(event, "id"));
    print_labelled("what", what_happened(event));
    print_labelled("repository", text_at(event, "repository"));
    print_labelled("ref", text_at(event, "ref"));
    print_labelled("before", commit_or_dash(text_at(event, "before")));
    print_labelled("after", commit_or_dash(text_at(event, "after")));
    if (const auto request = event.find("merge_request"); request->is_object()) {
        print_labelled("request", "#" + std::to_string(number_at(*request, "number")) + " " +
                                      text_at(*request, "title"));
        print_labelled("from", text_at((*request)["source"], "branch") + " into " +
                                   text_at((*request)["target"], "branch"));
    }
    if (const auto actor = event.find("actor"); actor->is_object()) {
        print_labelled("by", text_at(*actor, "login", text_at(*actor, "name")));
    }
    const Json& source = event.at("source");
    print_labelled("source", text_at(source, "type") + " " + text_at(source, "name"));
    print_labelled("received", short_time(text_at(source, "received_at")));
    for (const Json& commit : list_at(event, "commits")) {
        const std::string message = text_at(commit, "message");
        print_labelled("commit", text_at(commit, "id").substr(0, 10) + " " +
                                     message.substr(0, message.find('\n')));
    }
}

/// What each rule made of it, and the runs it started.
void print_why(const Json& answer, Output output) {
    if (output == Output::json) {
        for (const Json& decision : list_at(answer, "decisions")) {
            print_line(decision.dump());
        }
        return;
    }
    Table table({"RULE", "MATCHED", "CLAUSE", "SAW"});
    for (const Json& decision : list_at(answer, "decisions")) {
        table.add({text_at(decision, "rule"), decision.value("matched", false) ? "yes" : "no",
                   text_at(decision, "clause"), text_at(decision, "seen")});
    }
    table.print(colour_of_stdout(), "no rule looked at it: its repository has no file yet");
    std::string runs;
    for (const Json& run : list_at(answer, "runs")) {
        add_listed(runs, run.dump());
        for (const Json& rerun : list_at(answer, "reruns")) {
            if (rerun.at("run") == run) {
                runs += " (" + text_at(rerun, "cause") + ")";
            }
        }
    }
    if (!runs.empty()) {
        print_line("\nstarted run " + runs);
    }
}

Result<Exit> show_raw(const Daemon& daemon, const std::string& id, Output output) {
    const auto answer = daemon.get("/api/v1/events/" + id + "/deliveries");
    if (!answer) {
        return fail(answer.error());
    }
    for (const Json& delivery : list_at(*answer, "deliveries")) {
        if (output == Output::json) {
            print_line(delivery.dump());
            continue;
        }
        print_line("# delivery " + text_at(delivery, "id") + " through " +
                   printable_line(text_at(delivery, "source")) + " at " +
                   text_at(delivery, "received_at"));
        for (const Json& header : list_at(delivery, "headers")) {
            print_line(printable_line(header.at(0).get<std::string>()) + ": " +
                       printable_line(header.at(1).get<std::string>()));
        }
        print_line("");
        print_line(printable(from_base64(text_at(delivery, "body_base64")).value_or("")));
    }
    return Exit::done;
}

/// What of an event is shown.
enum class Part { event, why, raw };

Result<Exit> show_event(const Settings& settings, const std::string& id, Part part) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const std::string name = query_value(id);
    if (part == Part::raw) {
        return show_raw(*daemon, name, settings.output);
    }
    const auto decisions = daemon->get("/api/v1/events/" + name + "/decisions");
    if (!decisions) {
        return fail(decisions.error());
    }
    if (part == Part::why) {
        print_why(*decisions, settings.output);
        return Exit::done;
    }
    const auto event = daemon->get("/api/v1/events/" + name);
    if (!event) {
        return fail(event.error());
    }
    if (settings.output == Output::json) {
        print_line(event->dump());
        return Exit::done;
    }
    print_event(*event);
    print_line("");
    print_why(*decisions, settings.output);
    return Exit::done;
}

}  // namespace

Run add_events(CLI::App& app, const Settings& settings) {
    const auto wanted = std::make_shared<EventsWanted>();
    app.add_option("--repository,--repo", wanted->repository, "Of this repository only");
    app.add_option("--kind", wanted->kind, "push, tag, merge_request, release, ...");
    app.add_option("--since", wanted->since, "A time (2026-11-23T10:00:00Z) or an age (2h, 3d)");
    app.add_option("--limit", wanted->limit, "At most this many, up to 200")->capture_default_str();
    return [&settings, wanted] { return list_events(settings, *wanted); };
}

Run add_event(CLI::App& app, const Settings& settings) {
    const auto id = std::make_shared<std::string>();
    const auto raw = std::make_shared<bool>(false);
    const auto why = std::make_shared<bool>(false);
    app.add_option("EVENT", *id, "Its id")->required();
    app.add_flag("--raw", *raw, "The deliveries as they arrived: headers and body");
    app.add_flag("--why", *why, "Only what each rule made of it, and which clause decided")
        ->excludes("--raw");
    return [&settings, id, raw, why] {
        return show_event(settings, *id, *raw ? Part::raw : *why ? Part::why : Part::event);
    };
}

}  // namespace hookd::hookctl
