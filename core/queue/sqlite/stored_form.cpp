#include "core/queue/sqlite/stored_form.hpp"

#include "core/base/text.hpp"
#include "core/model/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>

namespace hookd::queue::sqlite {
namespace {

using Json = nlohmann::json;

/// Room for one decision, as most are.
constexpr std::size_t k_decision_bytes = 96;

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

/// Both halves of the product of two numbers.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

/// The first eight bytes, the lowest first; what is missing counts as zero.
std::uint64_t first_word(std::string_view bytes) {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 8 && i < bytes.size(); ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return word;
}

}  // namespace

std::string headers_to_text(const Headers& headers) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : headers) {
        bytes += name.size() + value.size() + 3;
    }
    std::string text;
    text.reserve(bytes);
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
    JsonText json(decisions.size() * k_decision_bytes);
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

std::int64_t body_hash(std::string_view source, std::string_view body) {
    // It stands in the file, as the others, and so never changes. It keeps honest bodies apart and
    // need not withstand others: what has it in common is compared.
    constexpr std::uint64_t k_odd = 0x9E3779B97F4A7C15U;
    constexpr std::uint64_t k_other = 0xD6E8FEB86659FD93U;
    auto hash = static_cast<std::uint64_t>(hash_of({source, "body"})) ^ body.size();
    for (; body.size() > 8; body.remove_prefix(8)) {
        hash = fold(hash ^ first_word(body), k_odd);
    }
    return static_cast<std::int64_t>(fold(hash ^ first_word(body), k_other));
}

}  // namespace hookd::queue::sqlite
