#include "webhook/answer.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

namespace {

queue::Accepted accepted(std::vector<queue::AcceptedEvent> events, bool duplicate = false) {
    queue::Accepted made;
    made.duplicate_delivery = duplicate;
    made.events = std::move(events);
    return made;
}

queue::AcceptedEvent event(const std::string& id, std::size_t runs, bool duplicate = false) {
    queue::AcceptedEvent made{EventId(id), duplicate, {}};
    made.runs.resize(runs);
    return made;
}

}  // namespace

TEST_CASE("a stored delivery is told with its events and the number of runs") {
    const auto response = answer(accepted({event("01A", 2), event("01B", 1)}), false);
    CHECK(response.status == 202);
    CHECK(response.content_type == "application/json");
    CHECK(Json::parse(response.body) == Json::parse(R"({"events": ["01A", "01B"], "runs": 3})"));
    const auto none = answer(accepted({}), false);
    CHECK(none.status == 202);
    CHECK(Json::parse(none.body) == Json::parse(R"({"events": [], "runs": 0})"));
}

TEST_CASE("a duplicate is told with the events that were there") {
    const Json expected = Json::parse(R"({"events": ["01A"], "duplicate": true, "runs": 0})");
    const auto by_id = answer(accepted({event("01A", 0)}, true), false);
    CHECK(by_id.status == 200);
    CHECK(Json::parse(by_id.body) == expected);
    const auto by_ref = answer(accepted({event("01A", 0, true)}), false);
    CHECK(by_ref.status == 200);
    CHECK(Json::parse(by_ref.body) == expected);
    CHECK(answer(accepted({event("01A", 0, true), event("01B", 1)}), false).status == 202);
    CHECK(Json::parse(answer(accepted({}, true), false).body) ==
          Json::parse(R"({"events": [], "duplicate": true, "runs": 0})"));
}

TEST_CASE("a redelivery that runs rules again is told how many") {
    auto again = accepted({event("01A", 3)}, true);
    again.reruns = {{RunId(7), "checks"}};
    const auto response = answer(again, false);
    CHECK(response.status == 200);
    CHECK(Json::parse(response.body) ==
          Json::parse(R"({"events": ["01A"], "duplicate": true, "runs": 1})"));
}

TEST_CASE("a ping gets a pong, also the second time") {
    for (const bool duplicate : {false, true}) {
        const auto response = answer(accepted({event("01A", 0)}, duplicate), true);
        CHECK(response.status == 200);
        CHECK(Json::parse(response.body) == Json::parse(R"({"pong": true})"));
    }
}

TEST_CASE("T023 what cannot be made durable is 503 with a time to come back, also for a ping") {
    const Result<queue::Accepted> failed =
        fail(ErrorCode::unavailable, "the disk \"/var\" is full");
    for (const bool ping : {false, true}) {
        const auto response = answer(failed, ping);
        CHECK(response.status == 503);
        REQUIRE(response.headers.size() == 1);
        CHECK(response.headers[0].first == "Retry-After");
        CHECK(std::stoi(response.headers[0].second) > 0);
        // What is wrong inside is for the log.
        CHECK(response.body.find("/var") == std::string::npos);
        CHECK(Json::parse(response.body).at("error").is_string());
    }
}

TEST_CASE("a refusal is one JSON object, whatever bytes its message holds") {
    const auto response = answer(Refusal{400, "\"\xFF\"\n\x01", "r"});
    CHECK(response.status == 400);
    CHECK(Json::parse(response.body).at("error").is_string());
    CHECK(response.headers.empty());
}
