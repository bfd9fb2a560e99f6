#include "core/queue/sqlite/stored_form.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd::queue::sqlite {
namespace {

using Json = nlohmann::json;

void append_line_safe(std::string& text, std::string_view bytes) {
    const std::size_t from = text.size();
    text += bytes;
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), '\n', ' ');
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
    Json list = Json::array();
    for (const Decision& decision : decisions) {
        list.push_back({to_valid_utf8(decision.rule), decision.matched,
                        to_valid_utf8(decision.clause), to_valid_utf8(decision.seen)});
    }
    return list.dump();
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
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::string_view part :
         {std::string_view(event.repository.text()), std::string_view(event.ref),
          std::string_view(event.before), std::string_view(event.after)}) {
        for (const char byte : part) {
            hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
        }
        // No part holds a zero byte, so it keeps them apart.
        hash *= 0x100000001b3U;
    }
    return static_cast<std::int64_t>(hash);
}

}  // namespace hookd::queue::sqlite
