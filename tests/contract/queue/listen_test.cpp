#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <atomic>
#include <future>
#include <mutex>
#include <optional>

using namespace hookd;
using namespace hookd::test;
using Kind = queue::Change::Kind;

namespace {

/// Collects what a queue tells.
class Notebook {
  public:
    explicit Notebook(queue::Queue& queue)
        : subscription_(queue.subscribe([this](std::span<const queue::Change> changes) {
              const std::scoped_lock lock(mutex_);
              changes_.insert(changes_.end(), changes.begin(), changes.end());
          })) {}
    [[nodiscard]] std::vector<queue::Change> changes() {
        const std::scoped_lock lock(mutex_);
        return changes_;
    }
    /// "kind:state" of each change, once there are `count`.
    [[nodiscard]] std::vector<std::string> told(std::size_t count) {
        REQUIRE(eventually([&] { return changes().size() >= count; }));
        std::vector<std::string> texts;
        for (const auto& change : changes()) {
            const char* kind = change.kind == Kind::event    ? "event"
                               : change.kind == Kind::run    ? "run"
                               : change.kind == Kind::action ? "action"
                                                             : "ready";
            texts.push_back(std::string(kind) + ":" + change.state);
        }
        return texts;
    }

  private:
    std::mutex mutex_;
    std::vector<queue::Change> changes_;
    queue::Subscription subscription_;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("listeners hear each change in order, and when something can be claimed") {
    Fixture f(GENERATE(from_range(engines())));
    Notebook notebook(f.queue());
    const RunId run = f.start({action("a"), action("b", {{0, NeedCondition::success}})});
    CHECK(notebook.told(3) == Texts{"event:", "run:queued", "ready:"});
    const auto a = f.claim_one();
    CHECK(notebook.told(5).back() == "action:running");
    f.finish(a);
    f.finish(f.claim_one(), ActionState::failure);
    CHECK(notebook.told(11) == Texts{"event:", "run:queued", "ready:", "run:running",
                                     "action:running", "action:success", "action:ready",
                                     "ready:", "action:running", "action:failure", "run:failure"});
    const auto changes = notebook.changes();
    for (std::size_t i = 3; i < changes.size(); ++i) {
        if (changes[i].kind != Kind::ready) {
            CHECK(changes[i].run == run);
            CHECK(changes[i].event == changes[0].event);
        }
    }
    CHECK(changes[4].action == a.action);
}

TEST_CASE("what a listener hears of can be read already") {
    Fixture f(GENERATE(from_range(engines())));
    std::atomic<int> seen{0};
    const auto subscription = f.queue().subscribe([&](std::span<const queue::Change> changes) {
        for (const auto& change : changes) {
            if (change.kind == Kind::event) {
                seen += f.queue().event(change.event) ? 1 : 100;
            }
        }
    });
    f.accept(arrival({any_push(), any_push()}));
    CHECK(eventually([&] { return seen == 2; }));
}

TEST_CASE("nothing is told of duplicates, refused results and empty claims") {
    Fixture f(GENERATE(from_range(engines())));
    Notebook notebook(f.queue());
    f.accept(arrival({push(object_id("1"), object_id("2"))}, "hook"));
    f.accept(arrival({push(object_id("1"), object_id("2"))}, "/hooks/github", "k"));
    f.accept(arrival({}, "/hooks/github", "k"));
    CHECK(f.nothing_to_claim());
    CHECK_FALSE(f.queue().finish(Fence(5), {}));
    // This one is told; nothing may stand between it and the first.
    f.accept(arrival({any_push()}));
    CHECK(notebook.told(2) == Texts{"event:", "event:"});
}

TEST_CASE("a listener that calls what waits for the writer is refused, not stuck") {
    Fixture f(GENERATE(from_range(engines())));
    std::atomic<int> refused{0};
    const auto subscription = f.queue().subscribe([&](std::span<const queue::Change>) {
        refused += f.queue().claim({f.node(), 1, k_lease}) ? 0 : 1;
    });
    f.accept(arrival({any_push()}));
    CHECK(eventually([&] { return refused == 1; }));
}

TEST_CASE("a subscription's end waits for its listener, which then hears nothing more") {
    Fixture f(GENERATE(from_range(engines())));
    std::promise<void> entered;
    std::promise<void> leave;
    std::atomic<bool> left{false};
    std::atomic<int> calls{0};
    std::optional<queue::Subscription> subscription =
        f.queue().subscribe([&](std::span<const queue::Change>) {
            if (++calls == 1) {
                entered.set_value();
                leave.get_future().wait();
                left = true;
            }
        });
    f.accept(arrival({any_push()}));
    entered.get_future().wait();
    auto ended = std::async(std::launch::async, [&] {
        subscription.reset();
        return left.load();
    });
    CHECK(ended.wait_for(Milliseconds{50}) == std::future_status::timeout);
    leave.set_value();
    CHECK(ended.get());
    Notebook notebook(f.queue());
    f.accept(arrival({any_push()}));
    CHECK(notebook.told(1).size() >= 1);
    CHECK(calls == 1);
}

TEST_CASE("a subscription may outlive its queue") {
    queue::Subscription subscription;
    {
        Fixture f(GENERATE(from_range(engines())));
        subscription = f.queue().subscribe([](std::span<const queue::Change>) {});
        f.accept(arrival({any_push()}));
    }
    subscription = {};
}
