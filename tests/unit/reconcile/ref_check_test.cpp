#include "reconcile/ref_check.hpp"

#include "core/base/ulid.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"

using namespace hookd;
using namespace hookd::reconcile;
using Catch::Contains;
using hookd::test::GitRepository;
using hookd::test::TemporaryFolder;

namespace {

/// A repository, a queue, and the way between them.
class Bench {
  public:
    Bench() {
        auto opened = queue::open_sqlite(
            {.file = folder_ / "queue.db", .mode = queue::OpenMode::create_if_missing}, clock_);
        queue_ = std::move(opened.value());
        repository_.name = RepositoryName::parse("acme/shop").value();
        repository_.path = git.path();
    }

    RefReport check() {
        auto source = open_local(repository_.path).value();
        const RefCheckContext context{
            *queue_,
            [this](queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done) {
                take(std::move(delivery), std::move(events), std::move(done));
            },
            [this] { return spooled_-- > 0; },
            clock_,
            log_,
            [this](Milliseconds time, const std::stop_token&) {
                clock_.advance(time);
                ++waits_;
                if (while_waiting) {
                    while_waiting();
                }
            },
            {}};
        return check_refs(repository_, *source, context, stop_.get_token());
    }

    void take(queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done) {
        queue::Arrival arrival{std::move(delivery), {}};
        for (Event& event : events) {
            arrival.events.push_back({std::move(event), {}});
        }
        queue_->accept(std::move(arrival), std::move(done));
    }

    /// What a hook or a forge tells.
    queue::AcceptedEvent told(const std::string& ref, const std::string& before,
                              const std::string& after, const std::string& source = "hook") {
        queue::PlannedEvent planned;
        planned.event.id = EventId(make_ulid(clock_.wall()));
        planned.event.repository = repository_.name;
        describe_ref_change(planned.event, ref, before, after);
        planned.event.source.type = source;
        queue::Arrival arrival;
        arrival.delivery.id = DeliveryId(make_ulid(clock_.wall()));
        arrival.delivery.source = source;
        arrival.events.push_back(std::move(planned));
        return queue_->accept_and_wait(std::move(arrival)).value().events.at(0);
    }

    [[nodiscard]] std::int64_t events() { return queue_->status().value().events; }
    [[nodiscard]] queue::Queue& queue() { return *queue_; }
    void set_spooled(int looks) { spooled_ = looks; }
    [[nodiscard]] int waits() const { return waits_; }
    void advance(Milliseconds time) { clock_.advance(time); }
    void stop() { stop_.request_stop(); }

    GitRepository git;
    std::function<void()> while_waiting;

  private:
    TemporaryFolder folder_;
    ManualClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<queue::Queue> queue_;
    config::Repository repository_;
    std::stop_source stop_;
    int spooled_ = 0;
    int waits_ = 0;
};

const std::string k_main = "refs/heads/main";
const std::string k_zero(40, '0');

}  // namespace

TEST_CASE("T031 the first look notes where refs are and starts nothing") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.git.git({"tag", "v1", "main"});
    const auto report = bench.check();
    CHECK(report.problem.empty());
    CHECK_FALSE(report.since);
    CHECK(report.noted == 2);
    CHECK(report.missed.empty());
    CHECK(bench.events() == 0);
    CHECK(bench.queue().ref_position("acme/shop", k_main).value() == first.text());
    CHECK(bench.check().since);
    CHECK(bench.events() == 0);
}

TEST_CASE("T031 refs moved behind our back become events once, with what they brought") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.git.git({"branch", "old", "main"});
    bench.check();
    const auto second = bench.git.commit("main", {{"b", "2"}});
    bench.git.git({"update-ref", "-d", "refs/heads/old"});
    bench.git.git({"tag", "v1", "main"});
    const auto report = bench.check();
    REQUIRE(report.missed.size() == 3);
    REQUIRE(report.since);
    CHECK_THAT(to_line("acme/shop", report),
               Contains("missed 3 ref changes of acme/shop since 2026-01-01T00:00:00.000Z: "
                        "refs/heads/main " +
                        first.short_text() + ".." + second.short_text()));
    const auto main = bench.queue().event(report.missed[0].event).value().event;
    CHECK(main.kind == EventKind::push);
    CHECK(main.change == "updated");
    CHECK(main.before == first.text());
    CHECK(main.after == second.text());
    CHECK(main.source.type == "reconcile");
    CHECK(main.source.name == bench.git.path().string());
    CHECK(main.paths == std::vector<std::string>{"b"});
    CHECK(main.paths_complete);
    CHECK(main.commit_count == 1);
    CHECK(main.forced == false);
    const auto tag = bench.queue().event(report.missed[1].event).value().event;
    CHECK(tag.kind == EventKind::tag);
    CHECK(tag.change == "created");
    const auto gone = bench.queue().event(report.missed[2].event).value().event;
    CHECK(gone.change == "deleted");
    CHECK(gone.ref == "refs/heads/old");
    CHECK(bench.check().missed.empty());
    CHECK(bench.events() == 3);
}

TEST_CASE("T031 what an event has told of is compared at the first look already") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.told(k_main, k_zero, first.text());
    bench.git.git({"branch", "other", "main"});
    const auto second = bench.git.commit("main", {{"a", "2"}});
    const auto report = bench.check();
    REQUIRE(report.missed.size() == 1);
    CHECK(report.missed[0].before == first.text());
    CHECK(report.missed[0].after == second.text());
}

TEST_CASE("T031 packing refs and collecting garbage are no ref changes") {
    Bench bench;
    bench.git.commit("main", {{"a", "1"}});
    bench.git.git({"branch", "other", "main"});
    bench.git.git({"tag", "-a", "-m", "one", "v1", "main"});
    bench.check();
    bench.git.git({"pack-refs", "--all", "--prune"});
    bench.git.git({"gc", "--prune=now", "-q"});
    const auto report = bench.check();
    CHECK(report.problem.empty());
    CHECK(report.missed.empty());
    CHECK(bench.events() == 0);
}

TEST_CASE("T085 a push whose hook reports it while refs are compared is not missed") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.check();
    const auto second = bench.git.commit("main", {{"a", "2"}});
    bench.while_waiting = [&] { bench.told(k_main, first.text(), second.text()); };
    CHECK(bench.check().missed.empty());
    CHECK(bench.events() == 1);
    CHECK(bench.waits() == 1);
}

TEST_CASE("T085 a hook that reports after the comparison adds a delivery to its event") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.check();
    const auto second = bench.git.commit("main", {{"a", "2"}});
    const auto report = bench.check();
    REQUIRE(report.missed.size() == 1);
    const auto late = bench.told(k_main, first.text(), second.text());
    CHECK(late.duplicate);
    CHECK(late.id == report.missed[0].event);
    CHECK(bench.queue().deliveries_of(late.id).value().size() == 2);
    CHECK(bench.events() == 1);
}

TEST_CASE("T085 pushes that still lie in the spool are waited for") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.check();
    const auto second = bench.git.commit("main", {{"a", "2"}});
    bench.set_spooled(5);
    bench.while_waiting = [&] {
        if (bench.waits() == 6) {
            bench.told(k_main, first.text(), second.text());
        }
    };
    CHECK(bench.check().missed.empty());
    CHECK(bench.events() == 1);
    SECTION("but not for ever") {
        bench.while_waiting = nullptr;
        bench.git.commit("main", {{"a", "3"}});
        bench.set_spooled(1'000'000);
        CHECK(bench.check().missed.size() == 1);
    }
}

TEST_CASE("a copy that has not fetched yet does not turn the forge's events back") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.check();
    const std::string not_here(40, 'd');
    bench.told(k_main, first.text(), not_here, "github");
    CHECK(bench.check().missed.empty());
    SECTION("but what a hook told of was here") {
        bench.told(k_main, not_here, std::string(40, 'e'), "hook");
        CHECK(bench.check().missed.size() == 1);
    }
}

TEST_CASE("the same movement missed twice is two events") {
    Bench bench;
    const auto first = bench.git.commit("main", {{"a", "1"}});
    bench.check();
    const auto second = bench.git.commit("main", {{"a", "2"}});
    CHECK(bench.check().missed.size() == 1);
    bench.git.git({"update-ref", k_main, first.text()});
    CHECK(bench.check().missed.size() == 1);
    bench.git.git({"update-ref", k_main, second.text()});
    CHECK(bench.check().missed.size() == 1);
    CHECK(bench.events() == 3);
}

TEST_CASE("a comparison that is stopped marks nothing as compared") {
    Bench bench;
    bench.git.commit("main", {{"a", "1"}});
    bench.stop();
    CHECK_FALSE(bench.check().problem.empty());
    CHECK_FALSE(bench.queue().mark("refs:acme/shop").value());
}
