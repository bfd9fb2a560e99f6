#include "api/service.hpp"

#include "api/routes.hpp"
#include "core/base/file.hpp"
#include "core/base/ulid.hpp"
#include "core/http/client.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

namespace hookd::api {
namespace {

using Json = nlohmann::json;

/// The API on a Unix socket over a queue of its own.
class House {
  public:
    House() {
        REQUIRE(make_folders(state_.logs()));
        auto opened =
            queue::open_sqlite({state_.database(), queue::OpenMode::create_if_missing}, clock_);
        REQUIRE(opened);
        queue_ = std::move(*opened);
        Context context{*queue_, clock_, log_, state_, [this] { return reload_; }};
        context.listeners = [this] { return listeners_; };
        service_.emplace(std::move(context));
        server_.emplace(log_);
        REQUIRE(server_->listen(http::UnixAddress{state_.api_socket()}, {}, *service_));
        server_->start();
    }

    ~House() { server_->stop(Milliseconds{0}); }

    http::ClientResponse ask(const std::string& target, const std::string& method = "GET") {
        http::ClientRequest request;
        request.method = method;
        request.url = "http://hookd" + target;
        request.unix_socket = state_.api_socket();
        auto response = http::send(request);
        REQUIRE(response);
        return *response;
    }

    Json get(const std::string& target) {
        const auto response = ask(target);
        INFO(response.body);
        CHECK(response.status == 200);
        return Json::parse(response.body);
    }

    /// Server-sent events of `target` until one holds `last`.
    std::string follow(const std::string& target, const std::string& last) {
        http::ClientRequest request;
        request.url = "http://hookd" + target;
        request.unix_socket = state_.api_socket();
        request.total_time = Milliseconds{30'000};
        std::string text;
        static_cast<void>(http::send(request, [&](std::string_view part) {
            text += part;
            if (text.find("event: open") != std::string::npos) {
                opened_ = true;
            }
            return text.find(last) == std::string::npos;
        }));
        return text;
    }

    queue::AcceptedEvent accept(const std::string& branch) {
        Event event;
        event.id = EventId(make_ulid(clock_.wall()));
        event.repository = *RepositoryName::parse("acme/shop");
        describe_ref_change(event, "refs/heads/" + branch, std::string(40, '0'),
                            std::string(40, '2'));
        queue::Delivery delivery;
        delivery.id = DeliveryId(make_ulid(clock_.wall()));
        delivery.source = "/hooks/acme";
        delivery.headers = {{"X-GitHub-Event", "push"}};
        delivery.body = "{\"a\":1}";
        PlannedAction action;
        action.name = "test";
        action.handler = "test";
        action.spec = "{}";
        Plan plan;
        plan.decisions = {{"checks", true, "on.push.branches", branch},
                          {"other", false, "on", "push"}};
        PlannedRun run;
        run.rule = "checks";
        run.rule_hash = "hash";
        run.commit = std::string(40, '2');
        run.actions = {action};
        plan.runs = {run};
        auto accepted = queue_->accept_and_wait({delivery, {{event, plan}}});
        REQUIRE(accepted);
        return accepted->events.at(0);
    }

    Fence claim() {
        const auto node = queue_->register_node("test");
        REQUIRE(node);
        const auto claimed = queue_->claim({*node, 1, Milliseconds{30'000}});
        REQUIRE(claimed);
        REQUIRE(claimed->claims.size() == 1);
        return claimed->claims[0].fence;
    }

    void append_log(Fence fence, const std::string& text) {
        std::ofstream(state_.log(fence), std::ios::app | std::ios::binary) << text;
    }

    const test::TemporaryFolder folder_;
    const RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    const StateFolder state_{folder_.path()};
    Status reload_;
    ListenerHealth listeners_;
    std::unique_ptr<queue::Queue> queue_;
    std::optional<Service> service_;
    std::optional<http::Server> server_;
    std::atomic<bool> opened_{false};
};

TEST_CASE("health tells how the listeners are") {
    House house;
    CHECK(house.get("/healthz") == Json{{"status", "ok"},
                                        {"accepting", true},
                                        {"accept_pauses", 0},
                                        {"certificate", nullptr}});
    const WallTime ends = house.clock_.wall() + std::chrono::hours(24 * 10 + 1);
    house.listeners_ = {false, 2, ends};
    const Json soon = house.get("/healthz");
    CHECK(soon["status"] == "ok");
    CHECK(soon["accept_pauses"] == 2);
    CHECK(soon["certificate"] == Json{{"ends", to_rfc3339(ends)}, {"days_left", 10}});
    SECTION("T021 connections wait") {
        house.listeners_.accept_paused = true;
        const Json paused = house.get("/healthz");
        CHECK(paused["status"] == "degraded");
        CHECK(paused["accepting"] == false);
    }
    SECTION("T020 the certificate is over") {
        house.listeners_.certificate_ends = house.clock_.wall() - std::chrono::hours(25);
        const Json over = house.get("/healthz");
        CHECK(over["status"] == "degraded");
        CHECK(over["certificate"]["days_left"] == -2);
    }
}

TEST_CASE("an event is shown with its decisions, runs and deliveries") {
    House house;
    const auto event = house.accept("main");
    const std::string target = "/api/v1/events/" + event.id.text();
    CHECK(house.get(target)["ref"] == "refs/heads/main");
    const Json decisions = house.get(target + "/decisions");
    CHECK(decisions["decisions"][0]["clause"] == "on.push.branches");
    CHECK(decisions["decisions"][1]["matched"] == false);
    CHECK(decisions["runs"] == Json::array({event.runs.at(0).id.value}));
    const Json deliveries = house.get(target + "/deliveries");
    CHECK(deliveries["deliveries"][0]["body_base64"] == "eyJhIjoxfQ==");
    CHECK(deliveries["deliveries"][0]["headers"][0][0] == "X-GitHub-Event");
}

TEST_CASE("T074: lists are continued by their cursor, newest first, and have an upper limit") {
    House house;
    std::vector<std::string> ids;
    for (const char* branch : {"a", "b", "c"}) {
        ids.push_back(house.accept(branch).id.text());
    }
    const Json first = house.get("/api/v1/events?limit=2");
    REQUIRE(first["events"].size() == 2);
    CHECK(first["events"][0]["id"] == ids[2]);
    const Json second =
        house.get("/api/v1/events?limit=2&before=" + first["next"].get<std::string>());
    REQUIRE(second["events"].size() == 1);
    CHECK(second["events"][0]["id"] == ids[0]);
    CHECK(second["next"].is_null());
    CHECK(house.get("/api/v1/runs?repository=acme%2Fshop")["runs"].size() == 3);
    CHECK(house.get("/api/v1/runs?repository=x'%20OR%20'1'='1")["runs"].empty());
    CHECK(house.ask("/api/v1/runs?limit=201").status == 400);
    CHECK(house.ask("/api/v1/runs?state=broken").status == 400);
    CHECK(house.ask("/api/v1/events?since=yesterday").status == 400);
}

TEST_CASE("what is not there is a problem object") {
    House house;
    for (const char* target : {"/api/v1/runs/99", "/api/v1/events/01JDA0V5T1M3W9T7C1N6Z4Q8RB",
                               "/api/v1/nothing", "/api/v1/runs/1/actions/x/attempts/1/log"}) {
        const auto response = house.ask(target);
        INFO(target);
        CHECK(response.status == 404);
        CHECK(Json::parse(response.body)["status"] == 404);
    }
    CHECK(house.ask("/api/v1/events/nothing").status == 400);
    CHECK(house.ask("/api/v1/runs/-1").status == 400);
    CHECK(house.ask("/api/v1/queue", "DELETE").status == 405);
    CHECK(house.ask("/api/v1/reload", "GET").status == 405);
}

TEST_CASE("a log is read in parts, and an attempt that has not started has none") {
    House house;
    const auto run = house.accept("main").runs.at(0).id.text();
    const std::string log = "/api/v1/runs/" + run + "/actions/test/attempts/last/log";
    CHECK(house.ask(log).status == 404);
    house.append_log(house.claim(), "one\ntwo\n");
    CHECK(house.ask(log).body == "one\ntwo\n");
    CHECK(house.ask(log + "?offset=4").body == "two\n");
    CHECK(house.ask(log + "?offset=8").body.empty());
}

TEST_CASE("a followed log arrives as it is written, whole characters at a time, and ends") {
    House house;
    const auto run = house.accept("main").runs.at(0).id.text();
    const Fence fence = house.claim();
    auto followed = std::async(std::launch::async, [&house, &run] {
        return house.follow("/api/v1/runs/" + run + "/actions/test/attempts/1/log?follow",
                            "event: end");
    });
    house.append_log(fence, "first \xC3");
    house.append_log(fence, "\xA4\n");
    REQUIRE(house.queue_->finish(fence, {}));
    const std::string text = followed.get();
    std::string log;
    for (std::size_t at = text.find("data: \""); at != std::string::npos;
         at = text.find("data: \"", at + 1)) {
        log += Json::parse(text.substr(at + 6, text.find('\n', at) - at - 6)).get<std::string>();
    }
    CHECK(log == "first \xC3\xA4\n");
    CHECK(text.find("{\"state\":\"success\"}") != std::string::npos);
}

TEST_CASE("the stream of changes tells of a run from its event to its end") {
    House house;
    auto followed = std::async(std::launch::async, [&house] {
        return house.follow("/api/v1/stream", "\"state\":\"success\"");
    });
    REQUIRE(test::eventually([&house] { return house.opened_.load(); }));
    const auto event = house.accept("main");
    REQUIRE(house.queue_->finish(house.claim(), {}));
    const std::string text = followed.get();
    CHECK(text.find(event.id.text()) != std::string::npos);
    CHECK(text.find("event: action") != std::string::npos);
    CHECK(text.find("\"state\":\"success\"") != std::string::npos);
}

TEST_CASE("reload answers with what the configuration says") {
    House house;
    CHECK(house.ask("/api/v1/reload", "POST").status == 200);
    house.reload_ = fail(ErrorCode::invalid, "x.yaml:1:1: wrong");
    const auto refused = house.ask("/api/v1/reload", "POST");
    CHECK(refused.status == 409);
    CHECK(Json::parse(refused.body)["detail"] == "x.yaml:1:1: wrong");
}

TEST_CASE("deliveries are listed with what became of them, and shown with their bytes") {
    House house;
    const auto event = house.accept("main");
    const std::string body("\x00\xff<script>", 10);
    queue::Delivery refused;
    refused.id = DeliveryId(make_ulid(house.clock_.wall()));
    refused.source = "/hooks/acme";
    refused.provider = "github";
    refused.key = "sender-1";
    refused.event = "push";
    refused.received_at = house.clock_.wall();
    refused.peer = "192.0.2.7";
    refused.headers = {{"X-GitHub-Event", "push"}};
    refused.body = body;
    refused.verdict = {queue::Verdict::Kind::refused, 403, "forbidden_repository",
                       "this endpoint may not speak for \"acme/other\""};
    REQUIRE(house.queue_->record_and_wait(refused));
    queue::Delivery stranger = refused;
    stranger.id = DeliveryId(make_ulid(house.clock_.wall()));
    stranger.source = "unknown";
    stranger.provider = "";
    stranger.verdict = {queue::Verdict::Kind::unproven, 401, "unknown_endpoint", "no such"};
    REQUIRE(house.queue_->record_and_wait(stranger));

    const Json all = house.get("/api/v1/deliveries");
    REQUIRE(all["deliveries"].size() == 3);
    CHECK(all["next"].is_null());
    CHECK(all["deliveries"][0]["source"] == "unknown");
    CHECK(all["deliveries"][0]["provider"].is_null());
    CHECK(all["deliveries"][0]["body_bytes"] == 0);
    CHECK(all["deliveries"][2]["verdict"] == "accepted");
    CHECK(all["deliveries"][2]["events"] == Json::array({event.id.text()}));
    CHECK(house.get("/api/v1/deliveries?refused=true")["deliveries"].size() == 2);
    CHECK(house.get("/api/v1/deliveries?refused=false")["deliveries"].size() == 3);
    const Json own = house.get("/api/v1/deliveries?refused=true&endpoint=%2Fhooks%2Facme");
    REQUIRE(own["deliveries"].size() == 1);
    CHECK(own["deliveries"][0]["id"] == refused.id.text());
    CHECK(house.get("/api/v1/deliveries?since=2200-01-01T00:00:00Z")["deliveries"].empty());
    const Json first = house.get("/api/v1/deliveries?limit=1");
    CHECK(first["next"] == stranger.id.text());
    CHECK(house.get("/api/v1/deliveries?before=" + stranger.id.text())["deliveries"].size() == 2);

    const std::string target = "/api/v1/deliveries/" + refused.id.text();
    const Json shown = house.get(target);
    CHECK(shown["verdict"] == "refused");
    CHECK(shown["status"] == 403);
    CHECK(shown["reason"] == "forbidden_repository");
    CHECK(shown["detail"] == "this endpoint may not speak for \"acme/other\"");
    CHECK(shown["delivery"] == "sender-1");
    CHECK(shown["peer"] == "192.0.2.7");
    CHECK(shown["headers"] == Json::array({Json::array({"X-GitHub-Event", "push"})}));
    CHECK(shown["body_bytes"] == body.size());
    const auto raw = house.ask(target + "/body");
    CHECK(raw.status == 200);
    CHECK(raw.body == body);
    CHECK(raw.header("content-type") == "application/octet-stream");
    CHECK(raw.header("x-content-type-options") == "nosniff");

    CHECK(house.ask("/api/v1/deliveries/01J00000000000000000000000").status == 404);
    CHECK(house.ask("/api/v1/deliveries/01J00000000000000000000000/body").status == 404);
    CHECK(house.ask("/api/v1/deliveries/x").status == 400);
    CHECK(house.ask("/api/v1/deliveries?refused=maybe").status == 400);
    CHECK(house.ask("/api/v1/deliveries?limit=201").status == 400);
    CHECK(house.ask("/api/v1/deliveries?since=soon").status == 400);
}

TEST_CASE("every route is described in openapi.yaml") {
    const std::string description =
        *read_file(std::filesystem::path(HOOKD_SOURCE_DIR) / "api" / "openapi.yaml");
    for (const Route& route : routes()) {
        INFO(route.pattern);
        const std::size_t at = description.find("\n  " + std::string(route.pattern) + ":\n");
        REQUIRE(at != std::string::npos);
        const std::size_t end = description.find("\n  /", at + 1);
        const std::string methods = description.substr(at, end - at);
        const std::string method = route.method == "GET" ? "\n    get:" : "\n    post:";
        CHECK(methods.find(method) != std::string::npos);
    }
    CHECK(description.find("\n  " + std::string(k_stream_pattern) + ":\n") != std::string::npos);
}

}  // namespace
}  // namespace hookd::api
