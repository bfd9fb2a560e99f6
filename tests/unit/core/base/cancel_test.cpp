#include "core/base/cancel.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace hookd;

TEST_CASE("a cancel is not requested until someone does, and stays so") {
    Cancel cancel;
    CHECK_FALSE(cancel.requested());
    CHECK(cancel.reason().empty());
    CHECK(wait_readable(cancel.fd(), Milliseconds{0}) == false);

    cancel.request("shutting down");
    CHECK(cancel.requested());
    CHECK(cancel.reason() == "shutting down");
    CHECK(wait_readable(cancel.fd(), Milliseconds{0}) == true);
    CHECK(wait_readable(cancel.fd(), Milliseconds{0}) == true);
}

TEST_CASE("the first reason stays") {
    Cancel cancel;
    cancel.request("superseded by run 7");
    cancel.request("timeout");
    CHECK(cancel.reason() == "superseded by run 7");
}

TEST_CASE("a waiting thread is woken, and sees the reason of the one that won") {
    Cancel cancel;
    std::string seen;
    std::thread waiter([&] {
        if (wait_readable(cancel.fd(), Milliseconds{30'000}) == true && cancel.requested()) {
            seen = cancel.reason();
        }
    });
    std::vector<std::thread> requesters;
    requesters.reserve(4);
    for (int i = 0; i < 4; ++i) {
        requesters.emplace_back([&cancel, i] { cancel.request("reason " + std::to_string(i)); });
    }
    for (auto& requester : requesters) {
        requester.join();
    }
    waiter.join();
    CHECK(seen.starts_with("reason "));
    CHECK(seen == cancel.reason());
}
