#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/listing.hpp"
#include "core/base/text.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

struct DeliveriesWanted {
    std::string endpoint;
    std::string since;
    bool refused = false;
    std::size_t limit = 50;
};

/// The word for programs is in the JSON; people read the line.
std::string why(const Json& delivery) {
    return text_at(delivery, "detail", text_at(delivery, "reason"));
}

Result<Exit> list_deliveries(const Settings& settings, const DeliveriesWanted& wanted) {
    ListQuery query("/api/v1/deliveries", wanted.limit);
    query.only("refused", wanted.refused ? "true" : "");
    query.only("endpoint", wanted.endpoint);
    if (auto valid = query.since(wanted.since); !valid) {
        return fail(valid.error());
    }
    return print_list(
        settings, query, "deliveries",
        Table({"DELIVERY", "RECEIVED", "ENDPOINT", "EVENT", "PEER", "VERDICT", "STATUS", "WHY"}),
        [](const Json& delivery) {
            return std::vector{text_at(delivery, "id"),
                               short_time(text_at(delivery, "received_at")),
                               text_at(delivery, "source"),
                               text_at(delivery, "event", "-"),
                               text_at(delivery, "peer", "-"),
                               text_at(delivery, "verdict"),
                               std::to_string(number_at(delivery, "status")),
                               why(delivery)};
        });
}

void print_delivery(const Json& delivery) {
    print_labelled("delivery", text_at(delivery, "id"));
    print_labelled("endpoint", text_at(delivery, "source"));
    print_labelled("provider", text_at(delivery, "provider"));
    print_labelled("event", text_at(delivery, "event"));
    print_labelled("sender's id", text_at(delivery, "delivery"));
    print_labelled("peer", text_at(delivery, "peer"));
    print_labelled("received", short_time(text_at(delivery, "received_at")));
    const auto arrivals = number_at(delivery, "arrivals");
    print_labelled("arrived", arrivals == 1 ? "once" : std::to_string(arrivals) + " times");
    const Json replay_of = delivery.value("replay_of", Json());
    print_labelled(
        "verdict",
        text_at(delivery, "verdict") +
            (replay_of.is_null() ? ", answered " + std::to_string(number_at(delivery, "status"))
                                 : std::string()));
    print_labelled("why", why(delivery));
    print_labelled("body", text_at(delivery, "verdict") == "unproven"
                               ? "not kept: its sender is not known"
                               : std::to_string(number_at(delivery, "body_bytes")) + " bytes");
    for (const Json& event : list_at(delivery, "events")) {
        print_labelled("brought", event.get<std::string>());
    }
    const std::string taken_as = text_at(delivery, "taken_as");
    print_labelled("taken as", taken_as);
    if (replay_of.is_object()) {
        print_labelled("replay of", text_at(replay_of, "delivery") + ", asked for by " +
                                        text_at(replay_of, "asked_by"));
    }
    if (text_at(delivery, "verdict") == "refused" && taken_as.empty()) {
        print_line("\nOnce what is said above is mended, `hookctl replay --delivery " +
                   text_at(delivery, "id") + "` takes it.");
    }
}

/// What of a delivery is shown.
enum class Part { delivery, raw };

Result<Exit> show_delivery(const Settings& settings, const std::string& id, Part part) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const std::string target = "/api/v1/deliveries/" + query_value(id);
    const auto delivery = daemon->get(target);
    if (!delivery) {
        return fail(delivery.error());
    }
    if (settings.output == Output::json) {
        print_line(delivery->dump());
        return Exit::done;
    }
    if (part == Part::delivery) {
        print_delivery(*delivery);
        return Exit::done;
    }
    const auto body = daemon->get_text(target + "/body");
    if (!body) {
        return fail(body.error());
    }
    for (const Json& header : list_at(*delivery, "headers")) {
        print_line(printable_line(header.at(0).get<std::string>()) + ": " +
                   printable_line(header.at(1).get<std::string>()));
    }
    print_line("");
    print_line(printable(*body));
    return Exit::done;
}

}  // namespace

Run add_deliveries(CLI::App& app, const Settings& settings) {
    const auto wanted = std::make_shared<DeliveriesWanted>();
    app.add_flag("--refused", wanted->refused, "Only those that were not taken");
    app.add_option("--endpoint", wanted->endpoint,
                   "Through this one only: its path, hook, or unknown for what came to none");
    app.add_option("--since", wanted->since, "A time (2026-11-23T10:00:00Z) or an age (2h, 3d)");
    app.add_option("--limit", wanted->limit, "At most this many, up to 200")->capture_default_str();
    return [&settings, wanted] { return list_deliveries(settings, *wanted); };
}

Run add_delivery(CLI::App& app, const Settings& settings) {
    const auto id = std::make_shared<std::string>();
    const auto raw = std::make_shared<bool>(false);
    app.add_option("DELIVERY", *id, "Its id")->required();
    app.add_flag("--raw", *raw, "As it arrived: headers and body");
    return [&settings, id, raw] {
        return show_delivery(settings, *id, *raw ? Part::raw : Part::delivery);
    };
}

}  // namespace hookd::hookctl
