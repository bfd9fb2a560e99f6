#pragma once

#include "tests/support/catch.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/judge.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <variant>
#include <vector>

// Requests as forges send them, to a handful of endpoints, and what becomes of them.
namespace hookd::test {

using namespace hookd::webhook;

inline constexpr std::string_view k_secret_a = "the secret of repository A";
inline constexpr std::string_view k_secret_b = "the secret of repository B";
inline const WallTime k_now{std::chrono::seconds(1700000000)};

inline config::Endpoint endpoint(std::string path, std::string provider, std::string_view secret,
                                 std::vector<std::string> repositories) {
    config::Endpoint made{std::move(path), std::move(provider), {}, std::move(repositories)};
    made.secrets.push_back({config::Secret(std::string(secret)), std::nullopt});
    return made;
}

inline EndpointTable table_of() {
    config::Configuration configuration;
    auto& all = configuration.endpoints;
    all.push_back(endpoint("/hooks/a", "github", k_secret_a, {"acme/a"}));
    all.push_back(endpoint("/hooks/b", "github", k_secret_b, {"acme/b"}));
    all.push_back(endpoint("/hooks/lab/a", "gitlab", k_secret_a, {"acme/a"}));
    all.push_back(endpoint("/hooks/lab/b", "gitlab", k_secret_b, {"acme/b"}));
    all.push_back(endpoint("/hooks/org", "github", k_secret_a, {"acme/*", "!acme/private"}));
    all.push_back(endpoint("/hooks/closed", "github", k_secret_a, {}));
    all.push_back(endpoint("/hooks/all", "github", k_secret_a, {"**"}));
    return EndpointTable(configuration);
}

inline const EndpointTable& table() {
    static const EndpointTable k_table = table_of();
    return k_table;
}

inline std::string github_push(const std::string& repository) {
    auto body = test::read_json_data("payloads/github/push.json");
    body["repository"]["full_name"] = repository;
    return body.dump();
}

inline std::string gitlab_push(const std::string& repository) {
    auto body = test::read_json_data("payloads/gitlab/push.json");
    body["project"]["path_with_namespace"] = repository;
    return body.dump();
}

/// As a value in a form.
inline std::string escaped(std::string_view text) {
    constexpr std::string_view k_digits = "0123456789ABCDEF";
    std::string all;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        all += '%';
        all += k_digits[byte >> 4U];
        all += k_digits[byte & 15U];
    }
    return all;
}

/// A request as the provider would send it.
inline http::Request sent(const std::string& target, std::string_view provider,
                          std::string_view event, std::string_view secret, std::string body) {
    http::Request request;
    request.head.method = "POST";
    request.head.target = target;
    request.head.peer = "192.0.2.7";
    request.head.headers =
        find_provider(provider)->sign({event, "delivery-1", body, secret, k_now}).value();
    request.body = std::move(body);
    return request;
}

inline std::variant<Admission, Refusal> judged(http::Request request,
                                               const EndpointTable& endpoints = table(),
                                               WallTime now = k_now) {
    if (auto refusal = judge_head(request.head, endpoints.proofs())) {
        return *refusal;
    }
    const Endpoint* const endpoint = endpoints.find(request.head.target);
    if (auto sender = judge_sender(endpoints, endpoint, request, now); sender.refusal) {
        return *std::move(sender.refusal);
    }
    return judge_delivery(*endpoint, request, now);
}

/// 202 where it is let in.
inline int status_of(const http::Request& request, const EndpointTable& endpoints = table(),
                     WallTime now = k_now) {
    const auto result = judged(request, endpoints, now);
    const auto* refusal = std::get_if<Refusal>(&result);
    return refusal != nullptr ? refusal->status : 202;
}

inline Admission admitted(const http::Request& request) {
    auto result = judged(request);
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        INFO(refusal->reason);
        REQUIRE(refusal == nullptr);
    }
    return std::get<Admission>(std::move(result));
}

/// The same request with one header's values replaced.
inline http::Request with_header(const http::Request& request, std::string_view name,
                                 const std::vector<std::string>& values) {
    http::Request changed = request;
    changed.head.headers = {};
    http::Headers probe;
    probe.add(std::string(name), "");
    for (const auto& [field, value] : request.head.headers.all()) {
        if (probe.count(field) == 0) {
            changed.head.headers.add(field, value);
        }
    }
    for (const std::string& value : values) {
        changed.head.headers.add(std::string(name), value);
    }
    return changed;
}

inline http::Request good() {
    return sent("/hooks/a", "github", "push", k_secret_a, github_push("acme/a"));
}

}  // namespace hookd::test
