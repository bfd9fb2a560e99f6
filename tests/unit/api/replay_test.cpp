#include "api/routes.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace hookd::api {
namespace {

using Json = nlohmann::json;

const std::string k_event = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// The route alone; what it asks for is kept, and answered as the test says.
class House {
  public:
    House() {
        auto opened =
            queue::open_sqlite({folder_ / "queue.db", queue::OpenMode::create_if_missing}, clock_);
        REQUIRE(opened);
        queue_ = std::move(*opened);
    }

    http::Response ask(const std::string& body = {}, const std::vector<std::string>& keys = {},
                       const std::string& event = k_event) {
        Context context{*queue_, clock_, log_, StateFolder(folder_.path()), {}};
        context.replay = [this](const queue::ReplayRequest& request) {
            asked = request;
            return answer;
        };
        http::Request request;
        request.body = body;
        for (const std::string& key : keys) {
            request.head.headers.add("Idempotency-Key", key);
        }
        return replay_event({context, request, {{"event", event}}});
    }

    http::Response ask_delivery(const std::string& delivery) {
        Context context{*queue_, clock_, log_, StateFolder(folder_.path()), {}};
        context.replay_delivery = [this](const DeliveryId& id, const std::string& asked_by) {
            asked_delivery = {id, asked_by};
            return delivery_answer;
        };
        const http::Request request;
        return replay_delivery({context, request, {{"delivery", delivery}}});
    }

    std::optional<queue::ReplayRequest> asked;
    std::optional<std::pair<DeliveryId, std::string>> asked_delivery;
    Result<queue::DeliveryReplayed> delivery_answer = queue::DeliveryReplayed{};
    Result<queue::Replayed> answer = queue::Replayed{EventId(k_event), {}, false, {}};

  private:
    const test::TemporaryFolder folder_;
    const RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<queue::Queue> queue_;
};

TEST_CASE("a replay is asked for with its rule and its key, and told with its runs") {
    House house;
    house.answer = queue::Replayed{
        EventId(k_event), {{RunId(7), "checks"}}, false, {{"checks", true, "on.push", "main"}}};
    const auto response = house.ask(R"({"rule": "checks"})", {"key-1"});
    CHECK(response.status == 201);
    CHECK(Json::parse(response.body) == Json::parse(R"({
        "event": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "repeated": false,
        "runs": [{"id": 7, "rule": "checks"}],
        "decisions": [{"rule": "checks", "matched": true, "clause": "on.push", "seen": "main"}]})"));
    REQUIRE(house.asked);
    CHECK(house.asked->event == EventId(k_event));
    CHECK(house.asked->rule == "checks");
    CHECK(house.asked->asked_by == "owner");
    CHECK(house.asked->key == "key-1");

    house.answer->repeated = true;
    CHECK(house.ask({}, {"key-1"}).status == 200);
    CHECK(house.asked->rule.empty());
    house.answer = queue::Replayed{EventId(k_event), {}, false, {}};
    CHECK(house.ask("{}").status == 200);
    CHECK(house.asked->key.empty());
}

TEST_CASE("a wish that cannot be understood is a problem and replays nothing") {
    House house;
    for (const char* body : {"rule", "[]", R"({"rule": 1})", R"({"rule": ""})", R"({"rulez": "a"})",
                             R"({"rule": "a", "b": "c"})"}) {
        INFO(body);
        CHECK(house.ask(body).status == 400);
    }
    CHECK(house.ask({}, {""}).status == 400);
    CHECK(house.ask({}, {"a", "a"}).status == 400);
    CHECK(house.ask({}, {std::string(256, 'a')}).status == 400);
    CHECK(house.ask({}, {"a\x01"}).status == 400);
    CHECK(house.ask({}, {}, "no-id").status == 400);
    CHECK_FALSE(house.asked);
    CHECK(house.ask({}, {std::string(255, 'a')}).status == 200);
}

TEST_CASE("what a replay cannot do is the problem that it is") {
    House house;
    house.answer = fail(ErrorCode::not_found, "\"acme/shop\" has no rule \"x\"");
    CHECK(house.ask().status == 404);
    house.answer = fail(ErrorCode::exists, "the key was used");
    CHECK(house.ask().status == 409);
    house.answer = fail(ErrorCode::unavailable, "the disk is full");
    CHECK(house.ask().status == 503);
}

TEST_CASE("the replay of a refused delivery is told with what it was taken as, and its runs") {
    House house;
    const DeliveryId refused("01ARZ3NDEKTSV4RRFFQ69G5FA1");
    queue::AcceptedEvent event{EventId(k_event), false, {{RunId(7), "checks"}}};
    house.delivery_answer = queue::DeliveryReplayed{DeliveryId("01ARZ3NDEKTSV4RRFFQ69G5FA2"), {}};
    house.delivery_answer->accepted.events = {event};
    const auto response = house.ask_delivery(refused.text());
    CHECK(response.status == 201);
    CHECK(house.asked_delivery == std::pair{refused, std::string("owner")});
    CHECK(Json::parse(response.body) == Json::parse(R"({
        "refused": "01ARZ3NDEKTSV4RRFFQ69G5FA1", "delivery": "01ARZ3NDEKTSV4RRFFQ69G5FA2",
        "repeated": false, "suspicious": false,
        "events": [{"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "duplicate": false,
                    "runs": [{"id": 7, "rule": "checks"}]}]})"));

    house.delivery_answer->accepted.duplicate_delivery = true;
    const auto again = house.ask_delivery(refused.text());
    CHECK(again.status == 200);
    CHECK(Json::parse(again.body)["repeated"] == true);

    house.asked_delivery.reset();
    CHECK(house.ask_delivery("no-id").status == 400);
    CHECK_FALSE(house.asked_delivery);
    house.delivery_answer = fail(ErrorCode::denied, "it is refused again, with 403");
    CHECK(house.ask_delivery(refused.text()).status == 403);
}

}  // namespace
}  // namespace hookd::api
