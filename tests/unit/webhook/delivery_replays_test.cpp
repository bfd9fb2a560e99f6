#include "webhook/delivery_replays.hpp"

#include "core/queue/sqlite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/webhook/generic_requests.hpp"
#include "webhook/refusal_records.hpp"

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
        Sender sender = judge_sender(table, &endpoint, request, k_now);
        if (!sender.refusal) {
            auto result = judge_delivery(endpoint, request, k_now);
            REQUIRE(std::holds_alternative<Refusal>(result));
            sender.refusal = std::get<Refusal>(result);
        }
        REQUIRE(sender.refusal->sender == Proven::yes);
        EndpointRate rate;
        DeliveryId id;
        RefusalRecords records(
            [&](queue::Delivery delivery, const queue::RecordDone& done) {
                id = record(delivery);
                done({});
            },
            clock_, log_);
        records.keep_refused(endpoint, request, sender, rate);
        REQUIRE(id);
        return id;
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
    std::shared_ptr<const config::Configuration> configuration() { return current_.get(); }

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
    CHECK(still.code == ErrorCode::denied);
    CHECK(holds(still, "refused again, with 403: this endpoint may not speak for \"acme/other\""));

    house.configure({"acme/a", "acme/other"});
    const auto replayed = house.replay(id).value();
    CHECK_FALSE(replayed.accepted.is_duplicate());
    const auto taken = house.queue().delivery(replayed.delivery).value();
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

    // Whatever is configured by then.
    house.configure({"acme/a"},
                    [](config::Endpoint& e) { e.path = GENERATE("/hooks/a", "/hooks/new"); });
    const auto again = house.replay(id).value();
    CHECK(again.accepted.duplicate_delivery);
    CHECK(again.delivery == replayed.delivery);
    CHECK(again.accepted.events.at(0).id == taken.events[0]);
}

TEST_CASE("a delivery that was refused twice is taken once") {
    House house;
    const DeliveryId first = house.refuse(other_repository());
    const DeliveryId second = house.refuse(other_repository());
    house.configure({"**"});
    const auto taken = house.replay(second).value();
    CHECK_FALSE(taken.accepted.is_duplicate());
    const auto again = house.replay(first).value();
    CHECK(again.accepted.duplicate_delivery);
    CHECK(again.delivery == taken.delivery);
    CHECK(house.queue().delivery(first)->taken_as == taken.delivery);
}

TEST_CASE("T009 a replay needs the secret that proved it to count still") {
    House house;
    struct Text {
        std::string_view secret;
        std::optional<WallTime> until;
    };
    const auto with = [&house](const std::vector<Text>& texts) {
        house.configure({"**"}, [&texts](config::Endpoint& e) {
            e.secrets.clear();
            for (const Text& text : texts) {
                e.secrets.push_back({config::Secret(std::string(text.secret)), text.until});
            }
        });
    };
    const DeliveryId id = house.refuse(other_repository());
    const std::string gone = "refused again, with 401: the secret that proved its sender is none";
    with({{k_secret_b, {}}});
    CHECK(house.problem(id).code == ErrorCode::denied);
    CHECK(holds(house.problem(id), gone));
    with({{k_secret_b, {}}, {k_secret_a, k_now}});  // it has ended since
    CHECK(holds(house.problem(id), gone));
    house.configure({"**"}, [](config::Endpoint& e) { e.legacy_sha1 = config::LegacySha1::yes; });
    CHECK(holds(house.problem(id), gone));
    with({{k_secret_b, {}}, {k_secret_a, {}}});
    CHECK(house.replay(id));
}

TEST_CASE("T009 which of two secrets proved a refused delivery is kept with it") {
    House house;
    const auto both = [](config::Endpoint& e) {
        e.secrets.push_back({config::Secret(std::string(k_secret_b)), std::nullopt});
    };
    house.configure({"acme/a"}, both);
    const DeliveryId id =
        house.refuse(sent("/hooks/a", "github", "push", k_secret_b, github_push("acme/other")));
    house.configure({"**"});
    CHECK(holds(house.problem(id), "none of the endpoint's any more"));
    house.configure({"**"}, both);
    CHECK(house.replay(id));
}

TEST_CASE("what a token proved is replayed, though the token was not kept") {
    House house;
    const auto lab = [](config::Endpoint& e) { e.provider = "gitlab"; };
    house.configure({"acme/a"}, lab);
    const DeliveryId id = house.refuse(
        sent("/hooks/a", "gitlab", "Push Hook", k_secret_a, gitlab_push("acme/other")));
    const auto kept = house.queue().delivery(id).value();
    for (const auto& [name, value] : kept.delivery.headers) {
        CHECK(value.find(k_secret_a) == std::string::npos);
    }
    house.configure({"**"}, lab);
    CHECK(house.replay(id)->accepted.events.size() == 1);
    const DeliveryId other =
        house.refuse(sent("/hooks/a", "gitlab", "Push Hook", k_secret_a, "no JSON"));
    house.configure({"**"}, [&lab](config::Endpoint& e) {
        lab(e);
        e.secrets.clear();
        e.secrets.push_back({config::Secret(std::string(k_secret_b)), std::nullopt});
    });
    CHECK(holds(house.problem(other), "none of the endpoint's any more"));
}

TEST_CASE("a generic delivery whose names stood in headers that are not kept has them again") {
    House house;
    const auto generic = [](config::Endpoint& e) {
        e.provider = "generic";
        e.generic = signed_sender(registry_map());
        e.generic->event_header = "X-Secret-Event";
        e.generic->delivery_header = "X-Token-Delivery";
    };
    house.configure({"acme/a"}, generic);
    const EndpointTable table(*house.configuration());
    http::Request request;
    request.head.method = "POST";
    request.head.target = "/hooks/a";
    request.body = moved(quoted(k_old), quoted(k_new), "acme/other");
    request.head.headers = find_provider("generic")
                               ->sign({"moved",
                                       "d-1",
                                       request.body,
                                       k_secret_a,
                                       k_now,
                                       {},
                                       table.find("/hooks/a")->sender.get()})
                               .value();
    const DeliveryId id = house.refuse(request);
    CHECK(house.queue().delivery(id)->delivery.headers.size() < request.head.headers.all().size());
    house.configure({"**"}, generic);
    const auto replayed = house.replay(id);
    INFO((replayed ? "" : replayed.error().message));
    REQUIRE(replayed);
    const auto taken = house.queue().delivery(replayed->delivery).value();
    CHECK(taken.delivery.key == "d-1");
    CHECK(taken.delivery.event == "moved");
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
    CHECK(replayed.delivery == admission.delivery.id);
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
    CHECK(holds(house.problem(id), "by a peer that may not send: 192.0.2.7"));
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
    CHECK(not_kept.code == ErrorCode::denied);
    CHECK(holds(not_kept, "its body was not kept; have the forge send it again"));

    unproven.id = DeliveryId("01J00000000000000000000002");
    unproven.provider = "github";
    unproven.verdict = {queue::Verdict::Kind::refused, 403, "forbidden_repository", "no"};
    CHECK(holds(house.problem(house.record(unproven)), "with 401: an older hookd refused it"));

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
