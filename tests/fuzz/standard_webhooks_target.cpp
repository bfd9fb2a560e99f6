#include "tests/fuzz/webhook_targets.hpp"
#include "webhook/standard_webhooks.hpp"

#include <algorithm>

// Input: lines with an id, a time and a list of signatures ("$" stands for the right one), then
// the body.
namespace hookd::fuzz {
namespace {

using webhook::Key;
using webhook::Verdict;

constexpr std::string_view k_secret = "whsec_c2VjcmV0IG9mIHRoZSBmdXp6IHRhcmdldHM=";
constexpr WallTime k_now{Milliseconds{1'700'000'000'000}};
constexpr std::string_view k_now_text = "1700000000";

std::string with_right_signature(std::string_view list, std::string_view right) {
    std::string text;
    for (const char c : list) {
        text += c == '$' ? std::string(right) : std::string(1, c);
    }
    return text;
}

Verdict verdict(std::string_view id, std::string_view time, const std::string& signatures,
                std::string_view body, const std::vector<Key>& keys) {
    http::Headers headers;
    headers.add("webhook-id", std::string(id));
    headers.add("webhook-timestamp", std::string(time));
    headers.add("webhook-signature", signatures);
    const Verdict said = webhook::verify_standard_signature(headers, body, keys, k_now);
    require(said != Verdict::right || webhook::has_standard_signature(headers),
            "right, and its headers are not of the right form");
    headers.add("Webhook-Id", std::string(id));
    require(webhook::verify_standard_signature(headers, body, keys, k_now) != Verdict::right,
            "right with two ids");
    return said;
}

void run(std::string_view bytes) {
    Input input(bytes);
    const std::string_view id = input.line();
    const std::string_view time = input.line();
    const std::string_view list = input.line();
    const std::string_view body = input.rest();
    std::vector<Key> keys;
    keys.push_back(Key::make(k_secret, webhook::KeyForm::standard_webhooks).value());

    http::Headers signed_headers;
    webhook::sign_standard(signed_headers, id, k_now, body, keys.front());
    const auto right = signed_headers.only("webhook-signature");
    require(right.has_value(), "signed without a signature");
    const bool good_id = !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    });
    const auto said = webhook::verify_standard_signature(signed_headers, body, keys, k_now);
    require(good_id || said != Verdict::right, "right for an id that may not be");
    require(!good_id || id.size() > 255 || said == Verdict::right,
            "its own signature is not right");

    const Verdict mixed = verdict(id, time, with_right_signature(list, *right), body, keys);
    require(mixed != Verdict::right || (time == k_now_text && list.find('$') != list.npos),
            "a time or a signature that we did not sign is right");
    require(verdict(id, time, std::string(list), body, keys) != Verdict::right,
            "a forged signature is right");
    const std::string other_body = std::string(body) + "x";
    require(verdict(id, k_now_text, std::string(*right), other_body, keys) != Verdict::right,
            "right also for another body");
    // The border between the id and the time, and between the time and the body, is signed too.
    require(verdict(std::string(id) + "." + std::string(k_now_text), k_now_text,
                    std::string(*right), body, keys) != Verdict::right,
            "right for another id");
}

std::vector<std::string> seeds() {
    return {"msg_1\n1700000000\n$\n{}", "msg-2\n1700000000\nv1,AAAA $ v1a,x\n{\"a\":1}",
            "a.1700000000\n1\n$\nx"};
}

}  // namespace

Target standard_webhooks_target() {
    return {"standard_webhooks", run, seeds, "headers.dict"};
}

}  // namespace hookd::fuzz
