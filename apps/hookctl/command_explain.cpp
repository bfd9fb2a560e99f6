#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/configured_endpoint.hpp"
#include "apps/hookctl/explain_stored.hpp"
#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/made_up_push.hpp"
#include "config/load.hpp"
#include "core/base/clock.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "core/model/event_json.hpp"
#include "dispatch/explain.hpp"
#include "dispatch/repository_paths.hpp"
#include "webhook/provider.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <variant>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

struct Wanted {
    std::string event;  ///< an id, or with `provider` its name of the event
    std::string delivery;
    std::string provider;
    std::string endpoint;  ///< path of one in the configuration, whose provider it is
    std::filesystem::path payload;
    MadeUpPush push;
    bool offline = false;
};

/// Why a payload would not be let in.
struct Refused {
    int status = 400;
    std::string reason;
};

using Events = std::variant<std::vector<Event>, Refused>;

/// As the listener reads it once the signature was right.
Result<Events> events_of_payload(const Settings& settings, const Wanted& wanted) {
    const WallTime now = RealClock{}.wall();
    std::string name = wanted.provider;
    std::unique_ptr<const webhook::GenericSender> sender;
    if (!wanted.endpoint.empty()) {
        auto configured = find_endpoint(settings.configuration_file, wanted.endpoint, now);
        if (!configured) {
            return fail(configured.error());
        }
        name = configured->provider;
        sender = std::move(configured->sender);
    }
    const webhook::Provider* const provider = webhook::find_provider(name);
    if (provider == nullptr) {
        return fail(ErrorCode::invalid, "\"" + name + "\" is no provider");
    }
    http::Headers headers;
    if (sender && !sender->event_header().empty()) {
        headers.add(sender->event_header(), wanted.event);
    }
    if (wanted.event.empty() && (!provider->event_header.empty() || !headers.all().empty())) {
        return fail(ErrorCode::invalid, "give --event, the provider's name of the event");
    }
    const auto body = read_file(wanted.payload);
    if (!body) {
        return fail(body.error());
    }
    auto events = provider->normalize({wanted.event, *body, &headers, sender.get()});
    if (!events) {
        const bool denied = events.error().code == ErrorCode::denied;
        return Events(Refused{denied ? 403 : 400, events.error().message});
    }
    for (Event& event : *events) {
        event.id = EventId(make_ulid(now));
        event.source.type = name;
        if (!wanted.event.empty()) {
            event.source.event = wanted.event;
        }
        event.source.received_at = now;
    }
    return Events(*std::move(events));
}

Result<Json> ask_offline(const Settings& settings, std::vector<Event> events) {
    const auto loaded = config::load(settings.configuration_file);
    if (const auto* const problems = std::get_if<config::Problems>(&loaded)) {
        return fail(ErrorCode::invalid,
                    to_text(problems->front()) + "; `hookctl check` shows every problem");
    }
    const auto& rules = std::get<config::Configuration>(loaded);
    const auto ask = [&rules](const Event& event) {
        return dispatch::paths_from_repository(rules, event, nullptr);
    };
    Json answer;
    answer["delivery"] = nullptr;
    answer["events"] =
        Json::parse(dispatch::to_json_text(dispatch::explain(std::move(events), rules, ask)));
    return answer;
}

Result<Json> ask_daemon(const Settings& settings, const Json& question) {
    const auto daemon = find_daemon(settings);
    return daemon ? daemon->post("/api/v1/explain", question.dump()) : fail(daemon.error());
}

Result<Json> ask_about(const Settings& settings, const Wanted& wanted, std::vector<Event> events) {
    // One of no repository, such as a ping, is only a delivery.
    std::erase_if(events, [](const Event& event) { return event.repository.text().empty(); });
    if (wanted.offline) {
        return ask_offline(settings, std::move(events));
    }
    Json question;
    question["events"] = Json::array();
    for (const Event& event : events) {
        question["events"].push_back(to_json(event));
    }
    return ask_daemon(settings, question);
}

std::string plural(std::size_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

void print_rule(const Json& rule) {
    const Json actions = list_at(rule, "actions");
    const bool matched = rule.value("matched", false);
    print_line("  rule " + printable_line(text_at(rule, "rule")) + ": " +
               (matched ? "starts " + plural(actions.size(), "action")
                        : "starts nothing, because of " + text_at(rule, "clause")));
    std::size_t widest = 0;
    for (const Json& clause : list_at(rule, "clauses")) {
        widest = std::max(widest, text_at(clause, "clause").size());
    }
    for (const Json& clause : list_at(rule, "clauses")) {
        std::string name = text_at(clause, "clause");
        name.resize(widest, ' ');
        print_line(std::string(clause.value("matched", false) ? "    yes  " : "    no   ") + name +
                   "  saw " + printable_line(text_at(clause, "seen")));
    }
    for (const Json& action : actions) {
        std::string line = "    action " + printable_line(text_at(action, "name")) + " (" +
                           text_at(action, "handler") + ")";
        std::string needs;
        for (const Json& need : list_at(action, "needs")) {
            needs += (needs.empty() ? ", after " : " and ") +
                     printable_line(text_at(need, "action")) + " (" + text_at(need, "condition") +
                     ")";
        }
        print_line(line + needs);
    }
}

void print_event(const Json& explanation) {
    const Json& event = explanation.at("event");
    const std::string change = text_at(event, "change");
    print_line(printable_line(text_at(event, "repository") + ": " + text_at(event, "kind") +
                              (change.empty() ? "" : " " + change) + " " + text_at(event, "ref")));
    if (!explanation.value("has_file", false)) {
        print_line("  no rule looks at it: its repository has no file");
    }
    for (const Json& rule : list_at(explanation, "rules")) {
        print_rule(rule);
    }
}

Exit print_answer(const Json& answer, Output output) {
    const auto delivery = answer.find("delivery");
    const bool has_delivery = delivery != answer.end() && delivery->is_object();
    const bool refused = has_delivery && text_at(*delivery, "verdict") != "accepted";
    if (output == Output::json) {
        print_line(answer.dump());
        return refused ? Exit::no : Exit::done;
    }
    if (has_delivery) {
        const std::string why = text_at(*delivery, "detail", text_at(*delivery, "reason"));
        print_line("delivery " + text_at(*delivery, "verdict") + ", answered " +
                   std::to_string(number_at(*delivery, "status")) +
                   (why.empty() ? "" : ": " + printable_line(why)));
    }
    const Json events = list_at(answer, "events");
    for (const Json& event : events) {
        print_event(event);
    }
    if (events.empty() && !refused) {
        print_line("no event comes of it: nothing starts");
    }
    return refused ? Exit::no : Exit::done;
}

/// The form that the daemon answers in.
Json answer_of(const Refused& refused) {
    Json answer;
    answer["delivery"]["verdict"] = "refused";
    answer["delivery"]["status"] = refused.status;
    answer["delivery"]["reason"] = "payload";
    answer["delivery"]["detail"] = to_valid_utf8(refused.reason);
    answer["events"] = Json::array();
    return answer;
}

Result<Json> answer_to(const Settings& settings, const Wanted& wanted) {
    const bool payload = !wanted.provider.empty() || !wanted.endpoint.empty();
    if (!payload && wanted.push.repository.empty()) {
        const char* const kind = wanted.delivery.empty() ? "event" : "delivery";
        const std::string& id = wanted.delivery.empty() ? wanted.event : wanted.delivery;
        Json question;
        question[kind] = to_valid_utf8(id);
        return ask_daemon(settings, question);
    }
    if (!payload) {
        auto event = make_up(wanted.push);
        return event ? ask_about(settings, wanted, {*std::move(event)}) : fail(event.error());
    }
    auto events = events_of_payload(settings, wanted);
    if (!events) {
        return fail(events.error());
    }
    if (const auto* const refused = std::get_if<Refused>(&*events)) {
        return answer_of(*refused);
    }
    return ask_about(settings, wanted, std::get<std::vector<Event>>(*std::move(events)));
}

/// Exactly one of the three forms, whole. **Errors:** invalid.
Status check_form(const Wanted& wanted) {
    const bool payload = !wanted.provider.empty() || !wanted.endpoint.empty();
    const bool push = !wanted.push.repository.empty();
    const bool stored = !payload && (!wanted.event.empty() || !wanted.delivery.empty());
    if (int{payload} + int{push} + int{stored} != 1 ||
        (!wanted.event.empty() && !wanted.delivery.empty())) {
        return fail(ErrorCode::invalid,
                    "name one of --event ID, --delivery ID, --provider P --event E PAYLOAD, or "
                    "--repo R --ref REF");
    }
    if (payload && wanted.payload.empty()) {
        return fail(ErrorCode::invalid, "with --provider or --endpoint give a payload file");
    }
    if (push && wanted.push.ref.empty()) {
        return fail(ErrorCode::invalid, "with --repo give --ref too");
    }
    if (stored && wanted.offline) {
        return fail(ErrorCode::invalid, "--offline knows no stored events and deliveries");
    }
    return {};
}

Result<Exit> run(const Settings& settings, const Wanted& wanted) {
    if (const Status form = check_form(wanted); !form) {
        return fail(form.error());
    }
    const auto answer = answer_to(settings, wanted);
    return answer ? Result<Exit>(print_answer(*answer, settings.output)) : fail(answer.error());
}

/// Takes all rules but one out of the answer; false where there is no such rule.
bool keep_rule(Json& answer, const std::string& rule) {
    bool found = false;
    for (Json& event : answer["events"]) {
        Json kept = Json::array();
        for (const Json& each : list_at(event, "rules")) {
            if (text_at(each, "rule") == rule) {
                kept.push_back(each);
            }
        }
        found = found || !kept.empty();
        event["rules"] = std::move(kept);
    }
    return found;
}

}  // namespace

Result<Exit> explain_stored(const Settings& settings, const std::string& event,
                            const std::string& rule) {
    Json question;
    question["event"] = to_valid_utf8(event);
    auto answer = ask_daemon(settings, question);
    if (!answer) {
        return fail(answer.error());
    }
    if (!rule.empty() && !keep_rule(*answer, rule)) {
        return fail(ErrorCode::not_found,
                    "the event's repository has no rule \"" + printable_line(rule) + "\"");
    }
    return print_answer(*answer, settings.output);
}

Run add_explain(CLI::App& app, const Settings& settings) {
    const auto wanted = std::make_shared<Wanted>();
    app.add_option("--event", wanted->event,
                   "Id of a stored event; with --provider its name of the event");
    app.add_option("--delivery", wanted->delivery, "Id of a stored delivery, also a refused one");
    app.add_option("--provider", wanted->provider, "Whose payload: github, gitlab, ...");
    app.add_option("--endpoint", wanted->endpoint,
                   "Whose payload: path of an endpoint in --config, in place of --provider");
    app.add_option("PAYLOAD", wanted->payload, "File with a delivery's JSON body");
    app.add_option("--repository,--repo", wanted->push.repository,
                   "Of a push that did not happen: its repository");
    app.add_option("--ref", wanted->push.ref, "Branch, or full name of a ref");
    app.add_option("--old", wanted->push.before, "Commit that it pointed to; zeros: a new ref");
    app.add_option("--new", wanted->push.after, "Commit that it points to; zeros: deleted");
    app.add_option("--path", wanted->push.paths,
                   "A changed path, for each one; without any the repository is asked");
    app.add_option("--message", wanted->push.message, "Message of the new commit");
    app.add_flag("--offline", wanted->offline,
                 "By the files of --config, without asking the daemon");
    return [&settings, wanted] { return run(settings, *wanted); };
}

}  // namespace hookd::hookctl
