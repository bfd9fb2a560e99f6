#include "config/current.hpp"

#include "tests/support/catch.hpp"

#include <atomic>
#include <thread>
#include <vector>

using hookd::config::Configuration;
using hookd::config::Current;

namespace {

/// Both numbers are the same in every configuration that is put in force.
Configuration numbered(std::size_t number) {
    Configuration configuration;
    configuration.server.slots = number;
    configuration.server.limits.actions_per_push = number;
    return configuration;
}

}  // namespace

TEST_CASE("who holds a configuration keeps it while another comes into force") {
    Current current(numbered(1));
    const auto before = current.get();
    current.replace(numbered(2));
    CHECK(before->server.slots == 1);
    CHECK(current.get()->server.slots == 2);
}

TEST_CASE("T095 a reader sees the old configuration or the new one, never a mixture") {
    Current current(numbered(0));
    std::atomic<bool> done = false;
    std::atomic<int> mixtures = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto seen = current.get();
                if (seen->server.slots != seen->server.limits.actions_per_push) {
                    ++mixtures;
                }
            }
        });
    }
    for (std::size_t i = 1; i <= 500; ++i) {
        current.replace(numbered(i));
    }
    done = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    CHECK(mixtures == 0);
    CHECK(current.get()->server.slots == 500);
}
