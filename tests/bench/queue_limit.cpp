// How many accepts a second the disk and SQLite allow, and how many the queue makes of that:
//
//     bench_queue_limit [--queue] [--producers N] [--body BYTES] [--seconds N] [--folder FOLDER]
//
// Without --queue the rows are written by a bare group-commit loop: the limit. Prints one line of
// JSON. A body that is not text counts no different; ours is hex digits.

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/bench/bare_store.hpp"
#include "tests/bench/sample_arrival.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace hookd;
using SteadyClock = std::chrono::steady_clock;
using Store = std::function<void(queue::Arrival)>;

struct Arguments {
    bool queue = false;
    std::size_t producers = 64;
    std::size_t body = 8192;
    std::size_t seconds = 5;
    std::filesystem::path folder = std::filesystem::temp_directory_path();
};

[[noreturn]] void stop(const std::string& message) {
    std::fprintf(stderr, "bench_queue_limit: %s\n", message.c_str());
    std::exit(2);
}

Arguments read_arguments(int count, char** values) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string name = values[i];
        if (name == "--queue") {
            arguments.queue = true;
            continue;
        }
        if (++i == count) {
            stop("\"" + name + "\" needs a value");
        }
        const auto number = parse_number(values[i]);
        if (name == "--folder") {
            arguments.folder = values[i];
        } else if (!number || *number == 0) {
            stop("\"" + name + "\" takes a number above 0");
        } else if (name == "--producers") {
            arguments.producers = *number;
        } else if (name == "--body") {
            arguments.body = *number;
        } else if (name == "--seconds") {
            arguments.seconds = *number;
        } else {
            stop("unknown option \"" + name + "\"");
        }
    }
    return arguments;
}

double cpu_seconds() {
    ::rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

std::unique_ptr<queue::Queue> open_queue(const std::filesystem::path& file, const Clock& clock,
                                         queue::OpenMode mode) {
    auto opened = queue::open_sqlite({.file = file, .mode = mode}, clock);
    if (!opened) {
        stop(opened.error().message);
    }
    return *std::move(opened);
}

/// Latencies of all accepts, in milliseconds, sorted.
std::vector<double> measure(const Arguments& arguments, const Store& store) {
    std::atomic<std::int64_t> next{0};
    std::vector<std::vector<double>> latencies(arguments.producers);
    const auto until = SteadyClock::now() + std::chrono::seconds(arguments.seconds);
    std::vector<std::thread> producers;
    for (std::size_t i = 0; i < arguments.producers; ++i) {
        producers.emplace_back([&, i] {
            while (SteadyClock::now() < until) {
                queue::Arrival arrival = bench::sample_arrival(next++, arguments.body);
                const auto start = SteadyClock::now();
                store(std::move(arrival));
                latencies[i].push_back(
                    std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count());
            }
        });
    }
    std::vector<double> all;
    for (std::size_t i = 0; i < arguments.producers; ++i) {
        producers[i].join();
        all.insert(all.end(), latencies[i].begin(), latencies[i].end());
    }
    std::sort(all.begin(), all.end());
    return all;
}

double percentile(const std::vector<double>& sorted, std::size_t percent) {
    return sorted.empty() ? 0 : sorted[(sorted.size() - 1) * percent / 100];
}

std::vector<double> measure_in(const std::filesystem::path& file, const Arguments& arguments) {
    const RealClock clock;
    auto store = open_queue(file, clock, queue::OpenMode::create_if_missing);
    if (arguments.queue) {
        return measure(arguments, [&store](queue::Arrival arrival) {
            if (auto accepted = store->accept_and_wait(std::move(arrival)); !accepted) {
                stop(accepted.error().message);
            }
        });
    }
    store.reset();
    bench::BareStore bare(file);
    return measure(arguments, [&bare](queue::Arrival arrival) { bare.store(std::move(arrival)); });
}

}  // namespace

int main(int count, char** values) {
    const Arguments arguments = read_arguments(count, values);
    std::string name = (arguments.folder / "hookd-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        stop("cannot make a folder in \"" + arguments.folder.string() + "\"");
    }
    const double cpu_before = cpu_seconds();
    const auto start = SteadyClock::now();
    const auto latencies = measure_in(std::filesystem::path(name) / "queue.db", arguments);
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
    std::printf(
        "{\"mode\": \"%s\", \"producers\": %zu, \"body_bytes\": %zu, \"accepts\": %zu, "
        "\"accepts_per_s\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"cpu_ms_per_accept\": "
        "%.4f}\n",
        arguments.queue ? "queue" : "limit", arguments.producers, arguments.body, latencies.size(),
        static_cast<double>(latencies.size()) / seconds, percentile(latencies, 50),
        percentile(latencies, 99),
        (cpu_seconds() - cpu_before) * 1000 /
            static_cast<double>(std::max<std::size_t>(latencies.size(), 1)));
    if (auto removed = remove_tree(name); !removed) {
        stop(removed.error().message);
    }
    return 0;
}
