#pragma once

#include "config/generic_sender.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

// Places of JSON documents, as pointers name them. **Source:** RFC 6901 4.
namespace hookd::webhook {

/// Whether a part of a pointer can be an index of an array: digits, no zero in front.
[[nodiscard]] bool is_index(const std::string& name);

/// Null where there is nothing.
[[nodiscard]] const nlohmann::json* value_at(const nlohmann::json& document,
                                             const config::JsonPointer& pointer);

/// Writes a value where `value_at` finds it, and makes what is on the way there. False: something
/// else stands in the way.
[[nodiscard]] bool put(nlohmann::json& document, const config::JsonPointer& pointer,
                       nlohmann::json value);

}  // namespace hookd::webhook
