#include "apps/hookctl/commands.hpp"
#include "core/base/clock.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "core/http/client.hpp"
#include "webhook/provider.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

struct Sending {
    std::string provider;
    std::string event;
    std::filesystem::path secret_file;
    std::string delivery;
    std::filesystem::path payload;
    std::string url;
};

Result<http::ClientRequest> sign(const Sending& sending) {
    const webhook::Provider* const provider = webhook::find_provider(sending.provider);
    if (provider == nullptr) {
        std::string known;
        for (const webhook::Provider* each : webhook::providers()) {
            known += (known.empty() ? "" : ", ") + std::string(each->name);
        }
        return fail(ErrorCode::invalid,
                    "\"" + sending.provider + "\" is no provider; known are " + known);
    }
    const auto secret = read_file(sending.secret_file);
    if (!secret) {
        return fail(secret.error());
    }
    auto body = read_file(sending.payload);
    if (!body) {
        return fail(body.error());
    }
    const WallTime now = RealClock{}.wall();
    const std::string delivery = sending.delivery.empty() ? make_ulid(now) : sending.delivery;
    std::string_view key = *secret;
    while (key.ends_with('\n') || key.ends_with('\r')) {
        key.remove_suffix(1);
    }
    const auto headers = provider->sign({sending.event, delivery, *body, key, now});
    if (!headers) {
        return fail(headers.error());
    }
    http::ClientRequest request;
    request.method = "POST";
    request.url = sending.url;
    request.headers = headers->all();
    request.body = *std::move(body);
    return request;
}

Result<Exit> send(const Settings& settings, const Sending& sending) {
    const auto request = sign(sending);
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
    const auto sending = std::make_shared<Sending>();
    app.add_option("--provider", sending->provider, "Whose form: github, gitlab, gitea, ...")
        ->required();
    app.add_option("--event", sending->event,
                   "The provider's name of the event: push, \"Merge Request Hook\", repo:push, ...")
        ->required();
    app.add_option("--secret-file", sending->secret_file, "File that holds the endpoint's secret")
        ->required();
    app.add_option("--delivery", sending->delivery, "Delivery id; otherwise a new one");
    app.add_option("PAYLOAD", sending->payload, "File with the body, sent byte for byte")
        ->required();
    app.add_option("URL", sending->url, "The endpoint: http://HOST:PORT/hooks/...")->required();
    return [&settings, sending] { return send(settings, *sending); };
}

}  // namespace hookd::hookctl
