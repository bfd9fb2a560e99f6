#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/json_text.hpp"
#include "core/base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

namespace hookd::hookctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds k_ask_again{100};

/// The report once comparison `number` is over.
Result<Json> wait_for_report(const Daemon& daemon, std::int64_t number) {
    for (;;) {
        auto report = daemon.get("/api/v1/reconcile");
        if (!report || number_at(*report, "finished") >= number) {
            return report;
        }
        std::this_thread::sleep_for(k_ask_again);
    }
}

const Json& part(const Json& repository, const char* name) {
    static const Json none = Json::object();
    return repository.contains(name) && repository[name].is_object() ? repository[name] : none;
}

std::string refs_line(const std::string& name, const Json& refs) {
    if (const std::string problem = text_at(refs, "problem"); !problem.empty()) {
        return name + ": refs not compared: " + problem;
    }
    if (const std::string missed = text_at(refs, "summary"); !missed.empty()) {
        return missed;
    }
    const std::string since = text_at(refs, "since");
    return since.empty() ? name + ": looked at for the first time, " +
                               std::to_string(number_at(refs, "noted")) + " refs noted"
                         : name + ": no ref change was missed since " + since;
}

/// Whether all could be compared.
bool print(const Json& repository) {
    const std::string name = text_at(repository, "repository");
    const Json& refs = part(repository, "refs");
    if (!refs.empty()) {
        print_line(printable_line(refs_line(name, refs)));
    }
    return text_at(refs, "problem").empty();
}

/// One line of what asking a forge has found, but for what went wrong.
std::string deliveries_line(const Json& endpoint) {
    const std::string name = text_at(endpoint, "endpoint");
    if (const std::string asked = text_at(endpoint, "summary"); !asked.empty()) {
        return asked;
    }
    const std::string since = text_at(endpoint, "since");
    return name + ": nothing that " + text_at(endpoint, "provider") + " lists has to come again" +
           (since.empty() ? "" : ", since " + since);
}

/// Whether all could be asked for.
bool print_endpoint(const Json& endpoint) {
    const std::string name = text_at(endpoint, "endpoint");
    const std::string problem = text_at(endpoint, "problem");
    if (!text_at(endpoint, "at").empty()) {
        print_line(printable_line(deliveries_line(endpoint)));
    }
    if (const std::int64_t waiting = number_at(endpoint, "waiting"); waiting > 0) {
        print_line(printable_line(name) + ": " + std::to_string(waiting) +
                   " that failed wait for a later time");
    }
    if (!problem.empty()) {
        print_line(printable_line(name + ": " + problem));
    }
    return problem.empty();
}

bool speaks_for(const Json& endpoint, const std::string& repository) {
    const auto names = list_at(endpoint, "repositories");
    return repository.empty() || std::find(names.begin(), names.end(), repository) != names.end();
}

struct Wanted {
    std::string repository;  ///< empty: all
    bool last_only = false;
};

Result<Json> report_of(const Daemon& daemon, const Wanted& wanted) {
    if (wanted.last_only) {
        return daemon.get("/api/v1/reconcile");
    }
    const auto asked =
        daemon.post("/api/v1/reconcile?repository=" + query_value(wanted.repository));
    if (!asked) {
        return fail(asked.error());
    }
    return wait_for_report(daemon, number_at(*asked, "reconcile"));
}

Result<Exit> reconcile(const Settings& settings, const Wanted& wanted) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto report = report_of(*daemon, wanted);
    if (!report) {
        return fail(report.error());
    }
    bool all_done = true;
    bool any = false;
    for (const Json& each : list_at(*report, "repositories")) {
        if (!wanted.repository.empty() && text_at(each, "repository") != wanted.repository) {
            continue;
        }
        any = true;
        if (settings.output == Output::json) {
            print_line(each.dump());
            all_done = all_done && text_at(part(each, "refs"), "problem").empty();
        } else {
            all_done = print(each) && all_done;
        }
    }
    for (const Json& each : list_at(*report, "endpoints")) {
        if (!speaks_for(each, wanted.repository)) {
            continue;
        }
        any = true;
        if (settings.output == Output::json) {
            print_line(each.dump());
            all_done = all_done && text_at(each, "problem").empty();
        } else {
            all_done = print_endpoint(each) && all_done;
        }
    }
    if (!any && settings.output == Output::human) {
        print_line(wanted.last_only
                       ? "nothing was compared yet"
                       : "nothing to compare: neither \"path\", \"clone\" nor \"catch_up\" is "
                         "configured");
    }
    return all_done ? Exit::done : Exit::no;
}

}  // namespace

Run add_reconcile(CLI::App& app, const Settings& settings) {
    const auto wanted = std::make_shared<Wanted>();
    app.add_option("REPOSITORY", wanted->repository, "This repository only");
    app.add_flag("--last", wanted->last_only, "Only show what the last comparison found");
    return [&settings, wanted] { return reconcile(settings, *wanted); };
}

}  // namespace hookd::hookctl
