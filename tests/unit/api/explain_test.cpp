#include "api/routes.hpp"
#include "core/base/ulid.hpp"
#include "core/model/event_json.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

namespace hookd::api {
namespace {

using Json = nlohmann::json;

/// The route alone, over a queue of its own; what is to be explained is only counted and named.
class House {
  public:
    House() {
        auto opened =
            queue::open_sqlite({folder_ / "queue.db", queue::OpenMode::create_if_missing}, clock_);
        REQUIRE(opened);
        queue_ = std::move(*opened);
    }

    http::Response ask(const std::string& body) const {
        const Context context{*queue_,
                              clock_,
                              log_,
                              StateFolder(folder_.path()),
                              {},
                              {},
                              {},
                              [](std::vector<Event> events) {
                                  Json names = Json::array();
                                  for (const Event& event : events) {
                                      names.push_back(event.branch);
                                  }
                                  return names.dump();
                              }};
        http::Request request;
        request.body = body;
        return explain({context, request, {}});
    }

    /// What is answered: 200.
    Json get(const Json& question) const {
        const http::Response response = ask(question.dump());
        INFO(response.body);
        CHECK(response.status == 200);
        return Json::parse(response.body);
    }

    Event push(const std::string& branch) const {
        Event event;
        event.id = EventId(make_ulid(clock_.wall()));
        event.repository = *RepositoryName::parse("acme/shop");
        describe_ref_change(event, "refs/heads/" + branch, std::string(40, '0'),
                            std::string(40, '2'));
        return event;
    }

    queue::Delivery delivery() const {
        queue::Delivery made;
        made.id = DeliveryId(make_ulid(clock_.wall()));
        made.source = "/hooks/acme";
        return made;
    }

    queue::Queue& queue() const { return *queue_; }

  private:
    const test::TemporaryFolder folder_;
    const RealClock clock_;
    mutable Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<queue::Queue> queue_;
};

TEST_CASE("events are explained as they are given, or as they are stored") {
    const House house;
    const Event event = house.push("main");
    const Json given = {{"events", {Json::parse(to_json_text(event))}}};
    const Json answer = {{"delivery", nullptr}, {"events", {"main"}}};
    CHECK(house.get(given) == answer);
    const queue::Delivery delivery = house.delivery();
    REQUIRE(house.queue().accept_and_wait({delivery, {{event, {}}}}));
    CHECK(house.get({{"event", event.id.text()}}) == answer);
    const Json whole = house.get({{"delivery", delivery.id.text()}});
    CHECK(whole["delivery"]["verdict"] == "accepted");
    CHECK(whole["events"] == answer["events"]);
}

TEST_CASE("of a refused delivery the verdict and the reason are told") {
    const House house;
    queue::Delivery delivery = house.delivery();
    delivery.verdict = {queue::Verdict::Kind::refused, 403, "forbidden_repository",
                        "this endpoint may not speak for \"a/b\""};
    REQUIRE(house.queue().record_and_wait(delivery));
    const Json answer = house.get({{"delivery", delivery.id.text()}});
    CHECK(answer["events"] == Json::array());
    CHECK(answer["delivery"] == Json({{"verdict", "refused"},
                                      {"status", 403},
                                      {"reason", "forbidden_repository"},
                                      {"detail", "this endpoint may not speak for \"a/b\""}}));
}

TEST_CASE("a question that cannot be answered is a problem") {
    const House house;
    for (const char* wrong : {"", "[]", "{}", "{\"event\":1}", "{\"events\":[{}]}",
                              "{\"events\":[{\"id\":\"x\",\"kind\":\"none\"}]}"}) {
        INFO(wrong);
        CHECK(house.ask(wrong).status == 400);
    }
    const std::string deep = "{\"events\":" + std::string(1'000'000, '[');
    CHECK(house.ask(deep).status == 400);
    CHECK(house.ask(deep + std::string(1'000'000, ']') + "}").status == 400);
    for (const char* absent : {"{\"event\":\"01JDA0V5T1M3W9T7C1N6Z4Q8RB\"}",
                               "{\"delivery\":\"01JDA0V5T1M3W9T7C1N6Z4Q8RB\"}"}) {
        CHECK(house.ask(absent).status == 404);
    }
}

}  // namespace
}  // namespace hookd::api
