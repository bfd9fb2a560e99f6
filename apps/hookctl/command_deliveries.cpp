#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/since.hpp"
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

Result<std::string> deliveries_target(const DeliveriesWanted& wanted) {
    std::string target = "/api/v1/deliveries?limit=" + std::to_string(wanted.limit);
    if (wanted.refused) {
        target += "&refused=true";
    }
    if (!wanted.endpoint.empty()) {
        target += "&endpoint=" + query_value(wanted.endpoint);
    }
    if (!wanted.since.empty()) {
        const auto since = since_time(wanted.since, RealClock{}.wall());
        if (!since) {
            return fail(since.error());
        }
        target += "&since=" + query_value(to_rfc3339(*since));
    }
    return target;
}

/// The word for programs is in the JSON; people read the line.
std::string why(const Json& delivery) {
    return text_at(delivery, "detail", text_at(delivery, "reason"));
}

Result<Exit> list_deliveries(const Settings& settings, const DeliveriesWanted& wanted) {
    const auto target = deliveries_target(wanted);
    if (!target) {
        return fail(target.error());
    }
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto answer = daemon->get(*target);
    if (!answer) {
        return fail(answer.error());
    }
    Table table({"DELIVERY", "RECEIVED", "ENDPOINT", "EVENT", "PEER", "VERDICT", "STATUS", "WHY"});
    for (const Json& delivery : list_at(*answer, "deliveries")) {
        if (settings.output == Output::json) {
            print_line(delivery.dump());
            continue;
        }
        table.add({text_at(delivery, "id"), short_time(text_at(delivery, "received_at")),
                   text_at(delivery, "source"), text_at(delivery, "event", "-"),
                   text_at(delivery, "peer", "-"), text_at(delivery, "verdict"),
                   std::to_string(number_at(delivery, "status")), why(delivery)});
    }
    if (settings.output == Output::human) {
        table.print(colour_of_stdout(), "no deliveries");
    }
    return Exit::done;
}

void print_delivery(const Json& delivery) {
    const auto line = [](std::string_view name, const std::string& value) {
        if (!value.empty()) {
            std::string label(name);
            label.resize(12, ' ');
            print_line(label + printable_line(value));
        }
    };
    line("delivery", text_at(delivery, "id"));
    line("endpoint", text_at(delivery, "source"));
    line("provider", text_at(delivery, "provider"));
    line("event", text_at(delivery, "event"));
    line("sender's id", text_at(delivery, "delivery"));
    line("peer", text_at(delivery, "peer"));
    line("received", short_time(text_at(delivery, "received_at")));
    const auto arrivals = number_at(delivery, "arrivals");
    line("arrived", arrivals == 1 ? "once" : std::to_string(arrivals) + " times");
    line("verdict", text_at(delivery, "verdict") + ", answered " +
                        std::to_string(number_at(delivery, "status")));
    line("why", why(delivery));
    line("body", text_at(delivery, "verdict") == "unproven"
                     ? "not kept: its sender is not known"
                     : std::to_string(number_at(delivery, "body_bytes")) + " bytes");
    for (const Json& event : list_at(delivery, "events")) {
        line("brought", event.get<std::string>());
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
