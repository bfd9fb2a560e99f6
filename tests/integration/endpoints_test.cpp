// Endpoints of a real daemon: secrets replaced under load, and what was refused.
#include "core/base/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"
#include "webhook/provider.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>

namespace hookd {
namespace {

using Json = nlohmann::json;

constexpr std::string_view k_old_secret = "0123456789abcdef-old";
constexpr std::string_view k_new_secret = "0123456789abcdef-new";

std::string push_to(const std::string& repository, const std::string& delivery) {
    auto body =
        Json::parse(read_file(std::string(HOOKD_TEST_DATA) + "/payloads/github/push.json").value());
    body["repository"]["full_name"] = repository;
    body["delivery"] = delivery;
    return body.dump();
}

http::ClientRequest signed_push(const test::Daemon& daemon, std::string_view secret,
                                const std::string& delivery,
                                const std::string& repository = "acme/shop") {
    const std::string body = push_to(repository, delivery);
    http::ClientRequest request;
    request.method = "POST";
    request.url = daemon.url("/hooks/github/acme/shop");
    request.headers = webhook::find_provider("github")
                          ->sign({"push", delivery, body, secret, RealClock{}.wall()})
                          .value()
                          .all();
    request.body = body;
    return request;
}

void write_endpoint(const test::Daemon& daemon, const std::string& secret,
                    const std::string& rest = "") {
    daemon.add_repository("shop", "repository: acme/shop\nwebhook: {provider: github, secret: " +
                                      secret + rest + "}\n");
}

std::pair<int, std::string> hookctl(const test::Daemon& daemon,
                                    std::vector<std::string> arguments) {
    const auto output = daemon.folder() / "output";
    std::filesystem::remove(output);
    std::vector<std::string> command = {std::string(HOOKD_BIN_DIR) + "/hookctl", "--config",
                                        daemon.server_file().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const int status = test::run_program(command, output);
    return {status, read_file(output).value_or("")};
}

TEST_CASE("T009 a secret is replaced in the files of a running daemon and nobody is turned away") {
    test::Daemon daemon;
    daemon.add_secret("old", std::string(k_old_secret));
    daemon.add_secret("new", std::string(k_new_secret));
    write_endpoint(daemon, "{file: ../secrets/old}");
    daemon.start();

    std::atomic<bool> has_new{false};
    std::atomic<bool> is_over{false};
    std::atomic<int> sent{0};
    std::atomic<int> turned_away{0};
    std::vector<std::thread> senders;
    for (int i = 0; i < 2; ++i) {
        senders.emplace_back([&, i] {
            for (int n = 0; !is_over; ++n) {
                const bool fresh = has_new && (i + n) % 2 == 0;
                const std::string id = std::to_string(i) + "-" + std::to_string(n);
                const auto answer =
                    http::send(signed_push(daemon, fresh ? k_new_secret : k_old_secret, id));
                turned_away += answer && answer->status < 300 ? 0 : 1;
                ++sent;
            }
        });
    }
    const auto more_are_sent = [&] {
        const int before = sent;
        return test::eventually([&] { return sent >= before + 4; });
    };
    bool goes_on = more_are_sent();
    const std::string both = "[{file: ../secrets/new}, {file: ../secrets/old, until: 2999-12-31}]";
    int reloads = 0;
    for (int i = 0; i < 10 && goes_on; ++i) {
        write_endpoint(daemon, both, i % 2 == 0 ? "" : ", body: 1MiB");
        reloads += hookctl(daemon, {"reload"}).first == 0 ? 1 : 0;
        has_new = true;
        goes_on = more_are_sent();
    }
    is_over = true;
    for (std::thread& each : senders) {
        each.join();
    }
    CHECK(goes_on);
    CHECK(reloads == 10);
    CHECK(turned_away == 0);

    // One that has ended is refused, whatever else the file says, and only we know why.
    write_endpoint(daemon, "[{file: ../secrets/new}, {file: ../secrets/old, until: 2001-01-01}]");
    REQUIRE(hookctl(daemon, {"reload"}).first == 0);
    const auto ended = http::send(signed_push(daemon, k_old_secret, "last")).value();
    CHECK(ended.status == 401);
    CHECK(ended.body.find("ended") == std::string::npos);
    CHECK(http::send(signed_push(daemon, k_new_secret, "first"))->status < 300);
    CHECK(daemon.log().find("signed with a secret that ended 2001-01-02T00:00:00.000Z") !=
          std::string::npos);
}

TEST_CASE("what an endpoint refused is listed with the reason and shown as it came") {
    test::Daemon daemon;
    daemon.add_secret("old", std::string(k_old_secret));
    write_endpoint(daemon, "{file: ../secrets/old}", ", rate: {per_minute: 1, burst: 2}");
    daemon.start();
    const auto foreign = signed_push(daemon, k_old_secret, "d-1", "mallory/shop");
    CHECK(http::send(foreign)->status == 403);
    CHECK(http::send(signed_push(daemon, k_old_secret, "d-2"))->status == 202);
    const auto over = http::send(signed_push(daemon, k_old_secret, "d-3")).value();
    CHECK(over.status == 429);
    CHECK(parse_number(over.header("retry-after")).value_or(0) > 0);
    CHECK(http::send(signed_push(daemon, k_new_secret, "d-4"))->status == 401);
    // Nobody waits for the records: they come a moment later.
    REQUIRE(test::eventually(
        [&] { return daemon.get("/api/v1/deliveries?refused=true")["deliveries"].size() == 3; }));

    const auto [status, table] = hookctl(daemon, {"deliveries"});
    INFO(table);
    CHECK(status == 0);
    for (const char* part : {"accepted", "refused", "403", "429", "unproven",
                             "this endpoint may not speak for \"mallory/shop\"",
                             "wrong signature or token", "127.0.0.1"}) {
        CHECK(table.find(part) != std::string::npos);
    }
    const auto refused = hookctl(daemon, {"deliveries", "--refused", "--endpoint",
                                          "/hooks/github/acme/shop", "--since", "1h"})
                             .second;
    CHECK(refused.find("accepted") == std::string::npos);
    CHECK(hookctl(daemon, {"deliveries", "--endpoint", "/hooks/none"}).second == "no deliveries\n");

    std::string id;
    const Json all = daemon.get("/api/v1/deliveries?refused=true");
    for (const Json& each : all["deliveries"]) {
        id = each["status"] == 403 ? each["id"].get<std::string>() : id;
    }
    REQUIRE_FALSE(id.empty());
    const std::string shown = hookctl(daemon, {"delivery", id}).second;
    INFO(shown);
    CHECK(shown.find("refused, answered 403") != std::string::npos);
    CHECK(shown.find("mallory/shop") != std::string::npos);
    const std::string raw = hookctl(daemon, {"delivery", id, "--raw"}).second;
    CHECK(raw.find("X-GitHub-Event: push") != std::string::npos);
    CHECK(raw.find(foreign.body) != std::string::npos);
    const auto json = Json::parse(hookctl(daemon, {"--json", "delivery", id}).second);
    CHECK(json["reason"] == "forbidden_repository");
    CHECK(hookctl(daemon, {"delivery", "01J00000000000000000000000"}).first == 1);
}

}  // namespace
}  // namespace hookd
