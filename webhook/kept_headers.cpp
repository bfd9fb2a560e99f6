#include "webhook/kept_headers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hookd::webhook {
namespace {

constexpr std::array<std::string_view, 8> k_secret_words = {
    "authorization", "authentication", "cookie",  "token",
    "secret",        "password",       "api-key", "apikey"};

bool is_secret(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return std::any_of(k_secret_words.begin(), k_secret_words.end(), [&](std::string_view word) {
        return lower.find(word) != std::string::npos;
    });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> kept_headers(
    const http::Headers& headers, std::span<const std::string> secrets) {
    std::vector<std::pair<std::string, std::string>> kept;
    kept.reserve(headers.all().size());
    std::copy_if(headers.all().begin(), headers.all().end(), std::back_inserter(kept),
                 [secrets](const auto& header) {
                     return !is_secret(header.first) &&
                            std::none_of(secrets.begin(), secrets.end(), [&](const auto& secret) {
                                return http::same_field_name(header.first, secret);
                            });
                 });
    return kept;
}

}  // namespace hookd::webhook
