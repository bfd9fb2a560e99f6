#include "config/read_generic.hpp"

#include "config/message.hpp"
#include "config/read_common.hpp"
#include "config/read_event_map.hpp"
#include "config/read_lua.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace hookd::config {
namespace {

constexpr std::size_t k_longest_header = 100;

/// A field name of HTTP. **Source:** RFC 9110 5.1.
std::string read_header(const Node& map, std::string_view key, Findings& findings) {
    const std::string* const name = find_text(map, key);
    if (name == nullptr) {
        return {};
    }
    constexpr std::string_view k_allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
    if (name->empty() || name->size() > k_longest_header ||
        name->find_first_not_of(k_allowed) != std::string::npos) {
        findings.add(map.find(key)->at,
                     quote(*name) + " is no name of a header, such as \"X-Signature\"");
        return {};
    }
    return *name;
}

std::string read_prefix(const Node& map, Findings& findings) {
    const std::string* const prefix = find_text(map, "prefix");
    if (prefix == nullptr) {
        return {};
    }
    if (std::any_of(prefix->begin(), prefix->end(), [](char c) { return c < 0x20 || c > 0x7E; })) {
        findings.add(map.find("prefix")->at, "the prefix must be printable ASCII");
    }
    return *prefix;
}

template <class Value>
Value chosen(const Node& map, std::string_view key,
             std::initializer_list<std::pair<std::string_view, Value>> choices, Value fallback) {
    const std::string* const text = find_text(map, key);
    for (const auto& [name, value] : choices) {
        if (text != nullptr && *text == name) {
            return value;
        }
    }
    return fallback;  // what is none of them was reported by the schema
}

std::optional<SenderProof> read_proof(const Node& generic, Findings& findings) {
    const Node* const signature = generic.find("signature");
    const Node* const token = generic.find("token");
    if ((signature == nullptr) == (token == nullptr)) {
        return std::nullopt;  // the schema says so
    }
    if (token != nullptr) {
        return TokenHeader{read_header(*token, "header", findings), read_prefix(*token, findings)};
    }
    using enum SignatureHash;
    return SignatureHeader{
        read_header(*signature, "header", findings),
        chosen(*signature, "algorithm", {{"sha512", sha512}, {"sha1", sha1}}, sha256),
        read_prefix(*signature, findings),
        chosen(*signature, "encoding", {{"base64", SignatureText::base64}}, SignatureText::hex)};
}

}  // namespace

void read_generic(const Node& node, Endpoint& endpoint, Findings& findings) {
    constexpr std::string_view k_name = "generic";
    const Node* const generic = node.find(k_name);
    if (endpoint.provider != k_name) {
        if (generic != nullptr) {
            findings.add(generic->at, "\"generic\" is for the provider \"generic\", and this is " +
                                          quote(endpoint.provider));
        }
        return;
    }
    if (generic == nullptr) {
        findings.add(node.at,
                     "the provider \"generic\" needs the key \"generic\", which says how its "
                     "sender is proven: generic: {signature: {header: X-Signature}}");
        return;
    }
    auto proof = read_proof(*generic, findings);
    if (!proof) {
        return;
    }
    const Node* const map = generic->find("map");
    const Node* const lua = generic->find("lua");
    if (map != nullptr && lua != nullptr) {
        findings.add(lua->at,
                     "\"map\" and \"lua\" stand here: only one of them can say what a "
                     "body means");
    }
    GenericSender sender{*std::move(proof), {}, {}, EventMap{}, {}};
    if (lua != nullptr) {
        if (auto function = read_lua(
                *lua, std::array<std::string_view, 3>{"body", "headers", "event"}, findings)) {
            sender.mapping = *std::move(function);
        }
    } else if (map != nullptr) {
        sender.mapping = read_event_map(*map, findings);
    }
    if (const Node* const headers = generic->find("headers")) {
        sender.event_header = read_header(*headers, "event", findings);
        sender.delivery_header = read_header(*headers, "delivery", findings);
    }
    endpoint.generic = std::move(sender);
}

}  // namespace hookd::config
