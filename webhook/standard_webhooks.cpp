#include "webhook/standard_webhooks.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace hookd::webhook {
namespace {

constexpr std::string_view k_id = "webhook-id";
constexpr std::string_view k_timestamp = "webhook-timestamp";
constexpr std::string_view k_signature = "webhook-signature";
constexpr std::string_view k_version = "v1,";
constexpr std::size_t k_most_id_bytes = 255;
constexpr std::size_t k_most_timestamp_digits = 12;
constexpr std::size_t k_most_signatures = 16;

struct Stamp {
    std::string_view id;
    std::string_view time;  ///< as sent: this text is what is signed
    std::chrono::sys_seconds at;
};

bool is_id(std::string_view id) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return !id.empty() && id.size() <= k_most_id_bytes &&
           std::all_of(id.begin(), id.end(), allowed);
}

std::optional<Stamp> read_stamp(const http::Headers& headers) {
    const auto id = headers.only(k_id);
    const auto time = headers.only(k_timestamp);
    if (!id || !time || !is_id(*id) || time->size() > k_most_timestamp_digits) {
        return std::nullopt;
    }
    const auto seconds = parse_number(*time);
    if (!seconds) {
        return std::nullopt;
    }
    return Stamp{
        *id, *time,
        std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(*seconds)))};
}

/// The v1 signatures of the list; other versions are for other receivers.
std::vector<Digest> read_signatures(const http::Headers& headers) {
    std::vector<Digest> digests;
    const auto list = headers.only(k_signature);
    for (const std::string_view item : split(list.value_or(std::string_view{}), ' ')) {
        if (!item.starts_with(k_version) || digests.size() == k_most_signatures) {
            continue;
        }
        if (const auto digest = digest_from_base64(item.substr(k_version.size()), Hash::sha256)) {
            digests.push_back(*digest);
        }
    }
    return digests;
}

std::string prefix_of(const Stamp& stamp) {
    std::string prefix;
    prefix.append(stamp.id).append(".").append(stamp.time).append(".");
    return prefix;
}

}  // namespace

bool has_standard_signature(const http::Headers& headers) {
    return read_stamp(headers) && !read_signatures(headers).empty();
}

std::string standard_prefix(const http::Headers& headers) {
    return prefix_of(read_stamp(headers).value_or(Stamp{}));
}

Verdict verify_standard_signature(const http::Headers& headers, const SignedText& body,
                                  std::span<const Key> keys, WallTime now) {
    const Stamp stamp = read_stamp(headers).value_or(Stamp{});
    const std::string prefix = prefix_of(stamp);
    const std::vector<Digest> claimed = read_signatures(headers);
    bool found = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool signed_by = is_one_of(body.sign(keys, i, prefix), claimed);
        found = found || (signed_by && keys[i].form() == KeyForm::standard_webhooks);
    }
    if (!found || stamp.id.empty()) {
        return Verdict::wrong;
    }
    const auto skew = std::chrono::floor<std::chrono::seconds>(now) - stamp.at;
    return skew >= -k_signature_window && skew <= k_signature_window ? Verdict::right
                                                                     : Verdict::out_of_time;
}

void sign_standard(http::Headers& headers, std::string_view id, WallTime now, std::string_view body,
                   const Key& key) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    const std::string time = std::to_string(seconds);
    const Digest digest = key.sign({id, ".", time, ".", body});
    headers.add(std::string(k_id), std::string(id));
    headers.add(std::string(k_timestamp), time);
    headers.add(std::string(k_signature), std::string(k_version) + to_base64(digest));
}

}  // namespace hookd::webhook
