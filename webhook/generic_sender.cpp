#include "webhook/generic_sender.hpp"

#include "webhook/described_event.hpp"
#include "webhook/fields.hpp"
#include "webhook/generic_proof.hpp"
#include "webhook/kept_headers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::size_t k_most_events = 256;

std::variant<PreparedMap, config::LuaFunction> prepared(
    std::variant<config::EventMap, config::LuaFunction> mapping) {
    if (auto* const function = std::get_if<config::LuaFunction>(&mapping)) {
        return std::move(*function);
    }
    return PreparedMap(std::get<config::EventMap>(std::move(mapping)));
}

/// Of a header that is there more than once, the first value. Names in lower case.
Json shown_headers(const http::Headers* headers, std::span<const std::string> secrets) {
    Json shown = Json::object();
    if (headers == nullptr) {
        return shown;
    }
    for (auto& [name, value] : kept_headers(*headers, secrets)) {
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        shown.emplace(std::move(name), std::move(value));
    }
    return shown;
}

/// A ref that is named by its branch or tag gets its full name.
void complete_ref(Json& members) {
    if (!text_at(members, "ref").empty()) {
        return;
    }
    for (const auto& [name, prefix] :
         {std::pair("branch", "refs/heads/"), std::pair("tag", "refs/tags/")}) {
        if (const std::string text = text_at(members, name); !text.empty()) {
            members["ref"] = prefix + text;
            return;
        }
    }
}

/// The kind that is said, or the one of an event that only says a ref.
Result<std::string> kind_of(const Json& members) {
    const Json* const said = field(members, "kind");
    if (said == nullptr || said->is_null()) {
        return std::string(text_at(members, "ref").empty() ? "other" : "push");
    }
    std::string kind = text_at(members, "kind");
    constexpr std::size_t k_most_bytes = 255;
    const bool plain =
        std::all_of(kind.begin(), kind.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (kind.empty() || kind.size() > k_most_bytes || !plain) {
        return fail(ErrorCode::invalid,
                    "\"kind\" must be a word of at most 255 printable characters, such as "
                    "\"push\"");
    }
    return kind;
}

}  // namespace

GenericSender::GenericSender(config::GenericSender configured)
    : proof_(std::move(configured.proof)),
      event_header_(std::move(configured.event_header)),
      delivery_header_(std::move(configured.delivery_header)),
      repository_(std::move(configured.repository)),
      mapping_(prepared(std::move(configured.mapping))) {}

Result<std::vector<Event>> GenericSender::read(const ProviderRequest& request) const {
    Json described;
    Kept kept = Kept::whole;
    if (const auto* const function = std::get_if<config::LuaFunction>(&mapping_)) {
        auto returned = call(*function, request);
        if (!returned) {
            return fail(returned.error());
        }
        described = *std::move(returned);
    } else {
        Json members;
        const auto read = std::get<PreparedMap>(mapping_).read(request.json, members);
        if (!read) {
            return fail(read.error());
        }
        kept = *read;
        described = Json::array();
        described.push_back(std::move(members));
    }
    if (described.is_null()) {
        Event event;
        event.source.event = request.event.empty() ? "other" : std::string(request.event);
        return std::vector<Event>{std::move(event)};
    }
    if (described.is_object()) {
        described = Json::array({std::move(described)});
    }
    if (!described.is_array() || described.size() > k_most_events) {
        return fail(ErrorCode::invalid, "lua: it returned neither an event nor a list of at most " +
                                            std::to_string(k_most_events) + " events");
    }
    std::vector<Event> events;
    for (Json& members : described) {
        auto event = finish(std::move(members), kept, request);
        if (!event) {
            return fail(event.error());
        }
        events.push_back(*std::move(event));
    }
    return events;
}

Result<PushBody> GenericSender::make_push(const MadeUpPush& push) const {
    const auto* const map = std::get_if<PreparedMap>(&mapping_);
    if (map == nullptr) {
        return fail(ErrorCode::invalid,
                    "this endpoint reads bodies with Lua, which cannot be turned round: give a "
                    "PAYLOAD");
    }
    return map->make_push(push);
}

Result<Json> GenericSender::call(const config::LuaFunction& function,
                                 const ProviderRequest& request) const {
    if (request.json.size() > k_most_lua_bytes) {
        return fail(ErrorCode::invalid, "a body that is read with Lua has at most 1 MiB");
    }
    static const Selection k_all{"**"};
    Json body;
    const auto kept = pick(request.json, k_all, body);
    if (!kept) {
        return fail(kept.error());
    }
    if (*kept == Kept::cut) {
        return fail(ErrorCode::invalid, "a body that is read with Lua holds at most " +
                                            std::to_string(PickLimits{}.elements) + " values");
    }
    const Json headers = shown_headers(request.headers, secret_headers({&proof_, 1}));
    const Json event = request.event;
    const std::array<const Json*, 3> arguments = {&body, &headers, &event};
    auto returned = function.call(arguments);
    if (!returned) {
        const std::string& why = returned.error().message;
        return why.starts_with("lua:") ? returned : fail(returned.error().in("lua"));
    }
    return returned;
}

Result<Event> GenericSender::finish(Json members, Kept kept, const ProviderRequest& request) const {
    if (!members.is_object()) {
        return fail(ErrorCode::invalid, "an event must be a group of names and values");
    }
    complete_ref(members);
    const Json* const repository = field(members, "repository");
    if (!repository_.empty() && (repository == nullptr || repository->is_null())) {
        members["repository"] = repository_;
    }
    const auto kind = kind_of(members);
    if (!kind) {
        return fail(kind.error());
    }
    auto event = read_described(*kind, {}, members, kept, Before::optional);
    if (event) {
        event->source.event = request.event.empty() ? *kind : std::string(request.event);
    }
    return event;
}

}  // namespace hookd::webhook
