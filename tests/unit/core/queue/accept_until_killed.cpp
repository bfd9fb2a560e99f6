// accept_until_killed FILE: accepts events from four threads for ever, and claims and finishes
// their actions; writes the id of each event to its output once it was acknowledged.

#include "core/base/fd.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/contract/queue/samples.hpp"

#include <unistd.h>

#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

using namespace hookd;

namespace {

void accept_for_ever(queue::Queue& queue) {
    for (;;) {
        auto sent = test::arrival({test::with_run(test::any_push(), {test::action("test")})});
        sent.events[0].event.before = test::object_id(sent.events[0].event.id.text());
        sent.delivery.body = std::string(8192, 'b');
        const std::string id = sent.events[0].event.id.text();
        // One write: lines of several threads do not mix.
        if (!queue.accept_and_wait(std::move(sent)) || !write_all(STDOUT_FILENO, id + "\n")) {
            std::exit(1);
        }
    }
}

void work_for_ever(queue::Queue& queue) {
    const auto node = queue.register_node("host");
    if (!node || !queue.recover(*node)) {
        std::exit(1);
    }
    for (;;) {
        const auto claimed = queue.claim({*node, 5, Milliseconds(30'000)});
        if (!claimed) {
            std::exit(1);
        }
        for (const queue::Claim& claim : claimed->claims) {
            if (!queue.finish(claim.fence, {})) {
                std::exit(1);
            }
        }
    }
}

}  // namespace

int main(int count, char** values) {
    const RealClock clock;
    auto queue = queue::open_sqlite({.file = values[count - 1]}, clock);
    if (!queue) {
        std::fprintf(stderr, "%s\n", queue.error().message.c_str());
        return 1;
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&queue] { accept_for_ever(**queue); });
    }
    threads.emplace_back([&queue] { work_for_ever(**queue); });
    for (auto& thread : threads) {
        thread.join();
    }
}
