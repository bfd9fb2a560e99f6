// What looking at a delivery costs, without HTTP and without a queue.
//
//   bench_deliveries parse PROVIDER EVENT FILE ROUNDS
//       reads the body in FILE as that event; prints {"bytes": N, "us": T, "tree_us": T}. Beside
//       it a full tree of the same bytes is made, as many receivers do.
//   bench_deliveries endpoints COUNT ROUNDS FILE
//       judges a GitHub push in FILE at one of COUNT endpoints, each time at another; prints
//       {"endpoints": N, "find_us": T, "judge_us": T}
//
// Times are medians.

#include "webhook/judge.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace hookd;
using namespace hookd::webhook;

std::string read(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw std::runtime_error("cannot read \"" + file + "\"");
    }
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Microseconds that one call of `work` takes, by the median of `rounds` calls.
template <class Work>
double median_us(int rounds, const Work& work) {
    std::vector<double> times;
    times.reserve(static_cast<std::size_t>(rounds));
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work(round);
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - start;
        times.push_back(took.count());
    }
    const auto middle = times.begin() + rounds / 2;
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

void parse(const std::string& name, const std::string& event, const std::string& file, int rounds) {
    const Provider* const provider = find_provider(name);
    if (provider == nullptr) {
        throw std::runtime_error("no provider is called \"" + name + "\"");
    }
    const std::string body = read(file);
    const double us = median_us(rounds, [&](int) {
        if (!provider->normalize({event, body})) {
            throw std::runtime_error("the body is not what the provider sends");
        }
    });
    const double tree_us = median_us(rounds, [&](int) {
        if (nlohmann::json::parse(body).empty()) {
            throw std::runtime_error("the body is empty");
        }
    });
    std::printf("{\"bytes\": %zu, \"us\": %.3f, \"tree_us\": %.3f}\n", body.size(), us, tree_us);
}

std::string path_of(std::size_t number) {
    return "/hooks/team-" + std::to_string(number % 100) + "/" + std::to_string(number);
}

std::string secret_of(std::size_t number) {
    return "the secret of endpoint number " + std::to_string(number);
}

EndpointTable make_table(std::size_t count) {
    config::Configuration configuration;
    for (std::size_t i = 0; i < count; ++i) {
        config::Endpoint endpoint;
        endpoint.path = path_of(i);
        endpoint.provider = "github";
        endpoint.repositories = {"**"};
        endpoint.secrets.push_back({config::Secret(secret_of(i)), std::nullopt});
        configuration.endpoints.push_back(std::move(endpoint));
    }
    return EndpointTable(configuration);
}

http::Request request_to(std::size_t number, const std::string& body) {
    const std::string secret = secret_of(number);
    http::Request request;
    request.head.method = "POST";
    request.head.target = path_of(number);
    request.head.headers =
        find_provider("github")->sign({"push", "delivery-1", body, secret, WallTime{}}).value();
    request.body = body;
    return request;
}

void endpoints(std::size_t count, int rounds, const std::string& file) {
    const EndpointTable table = make_table(count);
    const std::string body = read(file);
    std::mt19937 random(1);
    std::vector<http::Request> requests;
    for (int i = 0; i < rounds; ++i) {
        requests.push_back(request_to(random() % count, body));
    }
    // A lookup is too short for the clock: all of them make one round.
    const double all_us = median_us(15, [&](int) {
        for (const http::Request& request : requests) {
            if (table.find(request.head.target) == nullptr) {
                throw std::runtime_error("an endpoint is missing");
            }
        }
    });
    const double judge_us = median_us(rounds, [&](int round) {
        http::Request& request = requests[static_cast<std::size_t>(round)];
        const Endpoint* const endpoint = table.find(request.head.target);
        if (judge_sender(table, endpoint, request, WallTime{}).refusal ||
            !std::holds_alternative<Admission>(judge_delivery(*endpoint, request, WallTime{}))) {
            throw std::runtime_error("a delivery was refused");
        }
    });
    std::printf("{\"endpoints\": %zu, \"find_us\": %.4f, \"judge_us\": %.3f}\n", count,
                all_us / rounds, judge_us);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        if (words.size() == 5 && words[0] == "parse") {
            parse(words[1], words[2], words[3], std::stoi(words[4]));
            return 0;
        }
        if (words.size() == 4 && words[0] == "endpoints") {
            endpoints(std::stoul(words[1]), std::stoi(words[2]), words[3]);
            return 0;
        }
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "bench_deliveries: %s\n", problem.what());
        return 1;
    }
    return 2;
}
