#include "webhook/delivery_replays.hpp"

#include "core/queue/sqlite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/webhook/requests.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

/// A queue with what was refused, and an intake that stores deliveries without rules.
class House {
  public:
    House() {
        auto opened = queue::open_sqlite(
            {.file = folder_ / "queue.db", .mode = queue::OpenMode::create_if_missing}, clock_);
        REQUIRE(opened);
        queue_ = std::move(*opened);
        configure({"acme/a"});
    }

    void configure(std::vector<std::string> repositories,
                   const std::function<void(config::Endpoint&)>& change = {}) {
        config::Configuration next;
        next.endpoints.push_back(
            endpoint("/hooks/a", "github", k_secret_a, std::move(repositories)));
        if (change) {
            change(next.endpoints.back());
        }
        current_.replace(std::move(next));
    }

    /// Refuses a request as the listener does, or fails the test.
    DeliveryId refuse(http::Request request) {
        const EndpointTable table(*current_.get());
        const Endpoint& endpoint = *table.find(request.head.target);
        auto result = judge_delivery(endpoint, request, k_now);
        REQUIRE(std::holds_alternative<Refusal>(result));
        const Refusal& refusal = std::get<Refusal>(result);
        queue::Delivery delivery = describe_delivery(endpoint, request, k_now);
        delivery.body = request.body;
        delivery.verdict = {queue::Verdict::Kind::refused, refusal.status,
                            std::string(refusal.word), refusal.reason};
        return record(delivery);
    }
    DeliveryId record(const queue::Delivery& delivery) {
        REQUIRE(queue_->record_and_wait(delivery));
        return delivery.id;
    }

    Result<queue::DeliveryReplayed> replay(const DeliveryId& id) {
        const DeliveryReplays replays(
            *queue_, current_,
            [this](queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done) {
                queue::Arrival arrival{std::move(delivery), {}};
                for (Event& event : events) {
                    arrival.events.push_back({std::move(event), {}, false});
                }
                queue_->accept(std::move(arrival), std::move(done));
            },
            clock_, log_);
        return replays.replay(id, "owner");
    }
    /// Why it cannot be replayed.
    Error problem(const DeliveryId& id) {
        const auto replayed = replay(id);
        REQUIRE_FALSE(replayed);
        return replayed.error();
    }
    queue::Queue& queue() { return *queue_; }

  private:
    const TemporaryFolder folder_;
    const RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    config::Current current_{config::Configuration{}};
    std::unique_ptr<queue::Queue> queue_;
};

http::Request other_repository() {
    return sent("/hooks/a", "github", "push", k_secret_a, github_push("acme/other"));
}

bool holds(const Error& error, std::string_view words) {
    INFO(error.message);
    return error.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("what was refused is taken once its repository is given to the endpoint") {
    House house;
    const http::Request request = other_repository();
    const DeliveryId id = house.refuse(request);
    const Error still = house.problem(id);
    CHECK(still.code == ErrorCode::conflict);
    CHECK(holds(still, "refused again, with 403: this endpoint may not speak for \"acme/other\""));

    house.configure({"acme/a", "acme/other"});
    const auto replayed = house.replay(id).value();
    CHECK_FALSE(replayed.accepted.is_duplicate());
    const auto taken = house.queue().delivery(replayed.delivery.value()).value();
    CHECK(taken.delivery.verdict == queue::Verdict{});
    CHECK(taken.delivery.replay_of == queue::ReplayOf{id, "owner"});
    CHECK(taken.delivery.key == "delivery-1");
    CHECK(taken.delivery.event == "push");
    CHECK(taken.delivery.peer == "192.0.2.7");
    CHECK(taken.delivery.body == request.body);
    const Event event = house.queue().event(taken.events.at(0)).value().event;
    CHECK(event.repository.text() == "acme/other");
    CHECK(event.source.type == "github");
    CHECK(event.source.delivery == "delivery-1");

    const auto again = house.replay(id).value();
    CHECK(again.accepted.duplicate_delivery);
    CHECK(again.delivery == replayed.delivery);
    CHECK(again.accepted.events.at(0).id == taken.events[0]);
}

TEST_CASE("what its sender sent again in the meantime is not taken twice by a replay") {
    House house;
    const DeliveryId id = house.refuse(other_repository());
    house.configure({"**"});
    auto redelivery = other_repository();
    const EndpointTable table = [] {
        config::Configuration all;
        all.endpoints.push_back(endpoint("/hooks/a", "github", k_secret_a, {"**"}));
        return EndpointTable(all);
    }();
    auto admission =
        std::get<Admission>(judge_delivery(*table.find("/hooks/a"), redelivery, k_now));
    queue::Arrival arrival{admission.delivery, {{admission.events.at(0), {}, false}}};
    REQUIRE(house.queue().accept_and_wait(arrival));
    const auto replayed = house.replay(id).value();
    CHECK(replayed.accepted.duplicate_delivery);
    CHECK_FALSE(replayed.delivery);
    CHECK(replayed.accepted.events.at(0).id == admission.events[0].id);
}

TEST_CASE("a form is read from the bytes that were kept") {
    House house;
    house.configure({"acme/a"}, [](config::Endpoint& e) { e.content = {config::BodyForm::json}; });
    const std::string body = "payload=" + escaped(github_push("acme/a"));
    const auto form = with_header(sent("/hooks/a", "github", "push", k_secret_a, body),
                                  "Content-Type", {"application/x-www-form-urlencoded"});
    const DeliveryId id = house.refuse(form);
    CHECK(holds(house.problem(id), "refused again, with 415"));
    house.configure({"acme/a"});
    CHECK(house.replay(id)->accepted.events.size() == 1);
}

TEST_CASE("a replay does not let in a peer that may not send") {
    House house;
    const DeliveryId id = house.refuse(other_repository());
    const auto only = [](const char* network) {
        return [network](config::Endpoint& e) { e.peers = {network}; };
    };
    house.configure({"**"}, only("198.51.100.0/24"));
    CHECK(holds(house.problem(id), "a peer that may not send: 192.0.2.7"));
    house.configure({"**"}, only("192.0.2.0/24"));
    CHECK(house.replay(id));
}

TEST_CASE("what cannot be replayed is said, with what can be done") {
    House house;
    CHECK(house.problem(DeliveryId("01J00000000000000000000000")).code == ErrorCode::not_found);

    queue::Delivery unproven;
    unproven.id = DeliveryId("01J00000000000000000000001");
    unproven.source = "/hooks/a";
    unproven.verdict = {queue::Verdict::Kind::unproven, 401, "wrong_signature", "wrong"};
    const Error not_kept = house.problem(house.record(unproven));
    CHECK(not_kept.code == ErrorCode::conflict);
    CHECK(holds(not_kept, "its body was not kept; have the forge send it again"));

    auto admission = admitted(good());
    const DeliveryId taken = admission.delivery.id;
    const EventId event = admission.events.at(0).id;
    queue::Arrival arrival{admission.delivery, {{admission.events[0], {}, false}}};
    REQUIRE(house.queue().accept_and_wait(arrival));
    const Error was_taken = house.problem(taken);
    CHECK(was_taken.code == ErrorCode::exists);
    CHECK(holds(was_taken, "was taken; replay its events: " + event.text()));

    const DeliveryId refused = house.refuse(other_repository());
    house.configure({"**"}, [](config::Endpoint& e) { e.path = "/hooks/new"; });
    const Error no_door = house.problem(refused);
    CHECK(no_door.code == ErrorCode::not_found);
    CHECK(holds(no_door, "no endpoint has the path \"/hooks/a\""));
    house.configure({"**"}, [](config::Endpoint& e) { e.provider = "gitea"; });
    CHECK(holds(house.problem(refused), "is of \"gitea\" now, but the delivery came from"));
}
