#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/outgoing.hpp"
#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "core/http/client.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

Result<Exit> send(const Settings& settings, const Outgoing& outgoing) {
    const auto request = make_request(outgoing, RealClock{}.wall());
    if (!request) {
        return fail(request.error());
    }
    const auto response = http::send(*request);
    if (!response) {
        return fail(response.error());
    }
    const std::string_view body = trim(response->body);
    if (settings.output == Output::json) {
        nlohmann::ordered_json line;
        line["status"] = response->status;
        const auto parsed = nlohmann::ordered_json::parse(body, nullptr, false);
        line["body"] = parsed.is_discarded() ? nlohmann::ordered_json(to_valid_utf8(body)) : parsed;
        print_line(line.dump());
    } else {
        print_line(std::to_string(response->status) + " " + printable(body));
    }
    return response->status / 100 == 2 ? Exit::done : Exit::no;
}

}  // namespace

Run add_send(CLI::App& app, const Settings& settings) {
    const auto outgoing = std::make_shared<Outgoing>();
    app.add_option("--provider", outgoing->provider,
                   "Whose form: github, gitlab, gitea, forgejo, gogs, bitbucket, "
                   "bitbucket-server, standard, generic");
    app.add_option(
        "--event", outgoing->event,
        "The provider's name of the event: push, \"Merge Request Hook\", repo:push, ...");
    app.add_option("--secret-file", outgoing->secret_file, "File that holds the endpoint's secret");
    app.add_option("--endpoint", outgoing->endpoint,
                   "Path of an endpoint in --config, such as /hooks/acme: says the provider, the "
                   "secret, and what a generic sender is like");
    app.add_option("--delivery", outgoing->delivery, "Delivery id; otherwise a new one");
    app.add_flag("--form", outgoing->form, "As a form with the field \"payload\"");
    app.add_option("--repository", outgoing->repository,
                   "Without PAYLOAD: a made-up push to this repository");
    app.add_option("--ref", outgoing->ref, "The made-up push's ref or branch");
    app.add_option("--old", outgoing->before, "Where it was; without it the ref is new");
    app.add_option("--new", outgoing->after, "Where it is; without it the ref is gone");
    app.add_option("PAYLOAD", outgoing->payload,
                   "File with the body, sent byte for byte; left out for a made-up push");
    app.add_option("URL", outgoing->url, "The endpoint: http://HOST:PORT/hooks/...");
    return [&settings, outgoing]() -> Result<Exit> {
        // The one argument of a made-up push is where it goes.
        if (outgoing->url.empty()) {
            outgoing->url = outgoing->payload.string();
            outgoing->payload.clear();
        }
        if (outgoing->url.empty()) {
            return fail(ErrorCode::invalid, "the URL is missing: http://HOST:PORT/hooks/...");
        }
        if (!outgoing->payload.empty() && !outgoing->repository.empty()) {
            return fail(ErrorCode::invalid, "either a PAYLOAD or a made-up push, not both");
        }
        outgoing->configuration = settings.configuration_file;
        return send(settings, *outgoing);
    };
}

}  // namespace hookd::hookctl
