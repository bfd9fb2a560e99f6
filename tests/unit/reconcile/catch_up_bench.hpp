#pragma once

#include "core/base/ulid.hpp"
#include "core/queue/sqlite.hpp"
#include "reconcile/catch_up.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/forge_api.hpp"
#include "tests/support/temporary_folder.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace hookd::test {

using namespace hookd::reconcile;

inline constexpr auto k_path = "/hooks/acme";

/// A forge, an endpoint of ours, a queue, and what joins them.
class Bench {
  public:
    explicit Bench(ForgeApi::Kind kind = ForgeApi::Kind::github) : forge(kind) {
        reopen();
        endpoint.path = k_path;
        endpoint.provider = forge.provider();
        endpoint.repositories = {"acme/shop"};
        endpoint.catch_up = config::CatchUp{
            config::Secret(ForgeApi::k_token), forge.url(), "", "", std::nullopt, false};
        forge.sends_at(clock.wall());
    }

    /// As after a restart: what is not in the queue is forgotten.
    void restart() {
        catch_up_.reset();
        queue_.reset();
        reopen();
    }

    DeliveryReport turn(AskedBy by = AskedBy::timer) {
        forge.sends_at(clock.wall());
        return catch_up_->turn(endpoint, by, stop.get_token());
    }
    /// Another endpoint whose forge has the same API.
    DeliveryReport turn_of_another() {
        config::Endpoint other;
        other.path = "/hooks/other";
        other.provider = endpoint.provider;
        other.repositories = endpoint.repositories;
        other.catch_up =
            config::CatchUp{config::Secret(ForgeApi::k_token), forge.url(), "", "", 7, false};
        return catch_up_->turn(other, AskedBy::person, stop.get_token());
    }
    void person_asks() { catch_up_->forget_outages(); }
    [[nodiscard]] std::optional<Milliseconds> sooner() const { return catch_up_->sooner(endpoint); }

    /// The delivery came through our listener.
    void arrives(const std::string& key) {
        queue::Arrival arrival;
        arrival.delivery.id = DeliveryId(make_ulid(clock.wall()));
        arrival.delivery.source = k_path;
        arrival.delivery.provider = forge.provider();
        arrival.delivery.key = key;
        arrival.delivery.received_at = clock.wall();
        REQUIRE(queue_->accept_and_wait(std::move(arrival)));
    }

    ManualClock clock;
    ForgeApi forge;
    config::Endpoint endpoint;
    CatchUpSettings settings;
    std::stop_source stop;
    Milliseconds waited{};

  private:
    void reopen() {
        queue_ =
            queue::open_sqlite(
                {.file = folder_ / "queue.db", .mode = queue::OpenMode::create_if_missing}, clock)
                .value();
        catch_up_.emplace(CatchUpContext{
            *queue_, clock, log_,
            [this](Milliseconds time, const std::stop_token&) { waited += time; }, settings});
    }

    TemporaryFolder folder_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<queue::Queue> queue_;
    std::optional<CatchUp> catch_up_;
};

inline const auto k_both = {ForgeApi::Kind::github, ForgeApi::Kind::gitlab};

}  // namespace hookd::test
