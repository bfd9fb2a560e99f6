#pragma once

#include "config/lua_function.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

// What an endpoint says of a sender that no provider of ours knows. docs/reference.md, "Generic".
namespace hookd::config {

enum class SignatureHash { sha256, sha512, sha1 };
enum class SignatureText { hex, base64 };

/// An HMAC over the body stands in this header, behind the prefix.
struct SignatureHeader {
    std::string header;
    SignatureHash hash = SignatureHash::sha256;
    std::string prefix = {};
    SignatureText text = SignatureText::hex;
    bool operator==(const SignatureHeader&) const = default;
};

/// The secret itself stands in this header, behind the prefix.
struct TokenHeader {
    std::string header;
    std::string prefix = {};
    bool operator==(const TokenHeader&) const = default;
};

using SenderProof = std::variant<SignatureHeader, TokenHeader>;

/// Names from the root of a document to a place in it, without escapes; none: all of it.
/// **Source:** RFC 6901.
using JsonPointer = std::vector<std::string>;

/// Where one field of an event comes from.
struct FieldSource {
    std::string field;  ///< its path in the event: "merge_request/source/branch"
    std::variant<JsonPointer, std::string, std::int64_t, bool> from;  ///< a place, or a constant
    std::map<std::string, std::string> words;  ///< the sender's and ours; others stay as they are
};

/// A list of commits, and where in each of them its fields are.
struct CommitSource {
    JsonPointer at;
    std::vector<FieldSource> fields;  ///< from places
};

struct EventMap {
    std::vector<FieldSource> fields;
    std::vector<CommitSource> commits;  ///< one or none
};

struct GenericSender {
    SenderProof proof;
    std::string event_header;     ///< names the event; empty: none does
    std::string delivery_header;  ///< holds the id of a delivery; empty: none does
    /// A function of `body`, `headers` and `event`, or where fields are. An empty map: the body is
    /// an event as docs/events.md shows it.
    std::variant<EventMap, LuaFunction> mapping;
    /// Of an event that names none; of an endpoint for one repository. Else empty.
    std::string repository;
};

}  // namespace hookd::config
