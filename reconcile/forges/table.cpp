#include "core/base/text.hpp"
#include "reconcile/forges/forge.hpp"

#include <algorithm>
#include <array>

namespace hookd::reconcile {
namespace {

/// Every kind of forge that can be asked; config/read_catch_up.cpp has the same.
const std::array<const Forge*, 2> k_forges = {&k_github_api, &k_gitlab_api};

}  // namespace

const Forge* find_forge(std::string_view provider) {
    const auto found =
        std::find_if(k_forges.begin(), k_forges.end(),
                     [provider](const Forge* each) { return each->provider == provider; });
    return found != k_forges.end() ? *found : nullptr;
}

std::string text_of(const Record& record, std::string_view path) {
    const auto found = record.find(path);
    return found != record.end() ? found->second : std::string();
}

std::string number_of(const Record& record, std::string_view path) {
    std::string text = text_of(record, path);
    return parse_number(text) ? text : std::string();
}

std::optional<WallTime> time_of(const Record& record, std::string_view path) {
    const auto time = from_rfc3339(text_of(record, path));
    return time ? std::optional(*time) : std::nullopt;
}

int status_of(const Record& record, std::string_view path) {
    constexpr std::uint64_t k_highest = 599;
    const auto status = parse_number(text_of(record, path));
    return status && *status <= k_highest ? static_cast<int>(*status) : 0;
}

std::string as_segment(std::string_view name) {
    constexpr std::string_view k_digits = "0123456789ABCDEF";
    constexpr std::string_view k_plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string segment;
    for (const char c : name) {
        if (k_plain.find(c) != std::string_view::npos) {
            segment += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            segment += {'%', k_digits[byte >> 4U], k_digits[byte & 15U]};
        }
    }
    return segment;
}

}  // namespace hookd::reconcile
