#include "webhook/json_place.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace hookd::webhook {
namespace {

using config::JsonPointer;
using Json = nlohmann::json;

constexpr std::size_t k_most_index = 1'000'000;

std::optional<std::size_t> index_of(const std::string& name) {
    const bool padded = name.size() > 1 && name.front() == '0';
    const auto number = padded ? std::nullopt : parse_number(name);
    return number && *number < k_most_index ? std::optional<std::size_t>(*number) : std::nullopt;
}

}  // namespace

bool is_index(const std::string& name) {
    return index_of(name).has_value();
}

const Json* value_at(const Json& document, const JsonPointer& pointer) {
    const Json* value = &document;
    for (const std::string& name : pointer) {
        if (value->is_object()) {
            const auto found = value->find(name);
            if (found == value->end()) {
                return nullptr;
            }
            value = &*found;
        } else if (const auto index = index_of(name);
                   value->is_array() && index && *index < value->size()) {
            value = &(*value)[*index];
        } else {
            return nullptr;
        }
    }
    return value;
}

bool put(Json& document, const JsonPointer& pointer, Json value) {
    constexpr std::size_t k_most_elements = 1000;
    Json* at = &document;
    for (const std::string& name : pointer) {
        const auto index = index_of(name);
        if (index && !at->is_object()) {
            if ((!at->is_null() && !at->is_array()) || *index >= k_most_elements) {
                return false;
            }
            while (at->size() <= *index) {
                at->push_back(nullptr);
            }
            at = &(*at)[*index];
        } else if (at->is_null() || at->is_object()) {
            at = &(*at)[name];
        } else {
            return false;
        }
    }
    if (!at->is_null() && *at != value) {
        return false;
    }
    *at = std::move(value);
    return true;
}

}  // namespace hookd::webhook
