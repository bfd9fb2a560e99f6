#pragma once

#include "config/generic_sender.hpp"
#include "tests/unit/webhook/requests.hpp"
#include "webhook/generic_sender.hpp"

#include <array>
#include <map>
#include <string>
#include <variant>
#include <vector>

// Senders whose endpoint says how they are proven and understood, and what they send.
namespace hookd::test {

inline const std::string k_old(40, 'a');
inline const std::string k_new(40, 'b');
inline const std::string k_zeros(40, '0');

inline config::FieldSource at(std::string field, config::JsonPointer pointer,
                              std::map<std::string, std::string> words = {}) {
    return {std::move(field), std::move(pointer), std::move(words)};
}

inline config::FieldSource constant(std::string field, std::string value) {
    return {std::move(field), std::move(value), {}};
}

inline config::GenericSender signed_sender(
    std::variant<config::EventMap, config::LuaFunction> mapping = config::EventMap{}) {
    return {config::SignatureHeader{"X-Sig"}, "", "", std::move(mapping), ""};
}

inline config::LuaFunction lua(const std::string& body) {
    constexpr std::array<std::string_view, 3> k_parameters = {"body", "headers", "event"};
    auto function = config::LuaFunction::compile(body, k_parameters);
    if (!function) {
        FAIL(function.error().message);
    }
    return *std::move(function);
}

/// A registry that tells of a branch: {"event": "moved", "what": {...}}.
inline config::EventMap registry_map() {
    config::EventMap map;
    map.fields = {at("kind", {"event"}, {{"moved", "push"}, {"review", "merge_request"}}),
                  at("repository", {"project", "path"}),
                  at("branch", {"what", "branch"}),
                  at("before", {"what", "from"}),
                  at("after", {"what", "to"}),
                  at("actor/login", {"by"})};
    return map;
}

inline std::string moved(const std::string& from, const std::string& to,
                         const std::string& repository = "acme/shop") {
    return R"({"event": "moved", "project": {"path": ")" + repository +
           R"("}, "what": {"branch": "main", )" +
           (from.empty() ? "" : R"("from": )" + from + ", ") + R"("to": )" + to +
           R"(}, "by": "ann"})";
}

inline std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

inline Result<std::vector<Event>> read(const config::GenericSender& sender,
                                       const std::string& body) {
    return GenericSender(sender).read({"", body});
}

inline Event one(const config::GenericSender& sender, const std::string& body) {
    auto events = read(sender, body);
    if (!events) {
        FAIL(events.error().message);
    }
    REQUIRE(events->size() == 1);
    return events->front();
}

/// One endpoint, /hooks/x, of this sender for acme/shop.
inline EndpointTable table_with(const config::GenericSender& sender) {
    config::Configuration configuration;
    configuration.endpoints.push_back(endpoint("/hooks/x", "generic", k_secret_a, {"acme/shop"}));
    configuration.endpoints.back().generic = sender;
    return EndpointTable(configuration);
}

inline http::Request request_of(const EndpointTable& endpoints, const std::string& body,
                                std::string_view secret = k_secret_a) {
    http::Request request;
    request.head.method = "POST";
    request.head.target = "/hooks/x";
    request.head.headers =
        find_provider("generic")
            ->sign(
                {"moved", "d-1", body, secret, k_now, {}, endpoints.find("/hooks/x")->sender.get()})
            .value();
    request.body = body;
    return request;
}

inline std::variant<Admission, Refusal> judged_by(const EndpointTable& endpoints,
                                                  const http::Request& request) {
    return judged(request, endpoints);
}

inline int status_from(const EndpointTable& endpoints, const http::Request& request) {
    const auto result = judged_by(endpoints, request);
    const auto* const refusal = std::get_if<Refusal>(&result);
    return refusal != nullptr ? refusal->status : 202;
}

}  // namespace hookd::test
