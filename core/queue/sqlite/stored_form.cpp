#include "core/queue/sqlite/stored_form.hpp"

#include "core/base/text.hpp"
#include "core/model/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>

namespace hookd::queue::sqlite {
namespace {

using Json = nlohmann::json;

void append_line_safe(std::string& text, std::string_view bytes) {
    const std::size_t from = text.size();
    text += bytes;
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), '\n', ' ');
}

/// FNV-1a, which stands in stored rows. No part holds a zero byte, so one keeps them apart.
std::int64_t hash_of(std::initializer_list<std::string_view> parts) {
    constexpr std::uint64_t k_prime = 0x100000001b3U;
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::string_view part : parts) {
        for (const char byte : part) {
            hash = (hash ^ static_cast<unsigned char>(byte)) * k_prime;
        }
        hash *= k_prime;
    }
    return static_cast<std::int64_t>(hash);
}

}  // namespace

std::string headers_to_text(const Headers& headers) {
    std::string text;
    for (const auto& [name, value] : headers) {
        append_line_safe(text, name);
        text += ": ";
        append_line_safe(text, value);
        text += '\n';
    }
    return text;
}

Headers headers_from_text(std::string_view text) {
    Headers headers;
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos) {
            headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        }
    }
    return headers;
}

std::string decisions_to_text(const std::vector<Decision>& decisions) {
    JsonText json;
    json.begin_array();
    for (const Decision& decision : decisions) {
        json.begin_array();
        json.text(decision.rule);
        json.boolean(decision.matched);
        json.text(decision.clause);
        json.text(decision.seen);
        json.end_array();
    }
    json.end_array();
    return std::move(json).take();
}

std::vector<Decision> decisions_from_text(std::string_view text) {
    std::vector<Decision> decisions;
    const Json list = Json::parse(text, nullptr, false);
    for (const Json& item : list) {
        if (item.is_array() && item.size() == 4 && item[0].is_string() && item[1].is_boolean() &&
            item[2].is_string() && item[3].is_string()) {
            decisions.push_back({item[0].get<std::string>(), item[1].get<bool>(),
                                 item[2].get<std::string>(), item[3].get<std::string>()});
        }
    }
    return decisions;
}

std::int64_t identity_hash(const Event& event) {
    return hash_of({event.repository.text(), event.ref, event.before, event.after});
}

std::int64_t delivery_hash(std::string_view source, std::string_view key) {
    return hash_of({source, key});
}

}  // namespace hookd::queue::sqlite
