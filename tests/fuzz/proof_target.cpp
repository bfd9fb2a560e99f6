#include "tests/fuzz/webhook_targets.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/provider.hpp"

#include <array>

// Input: a byte that chooses the provider, header lines up to an empty one, then the body.
namespace hookd::fuzz {
namespace {

using webhook::Key;
using webhook::Provider;
using webhook::Verdict;

// Nobody but us knows them, and they are in no dictionary.
constexpr std::array<std::string_view, 2> k_secrets = {"whsec_c2VjcmV0IG9mIHRoZSBmdXp6IHRhcmdldHM=",
                                                       "plain secret of the fuzz targets"};
constexpr WallTime k_now{Milliseconds{1'700'000'000'000}};

std::vector<Key> keys_of(const Provider& provider, std::string_view secret) {
    std::vector<Key> keys;
    if (auto key = Key::make(secret, provider.key_form(secret))) {
        keys.push_back(*std::move(key));
    }
    return keys;
}

http::Headers read_headers(Input& input) {
    http::Headers headers;
    for (std::string_view line = input.line(); !line.empty(); line = input.line()) {
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::size_t value = std::min(line.find_first_not_of(": ", colon), line.size());
        headers.add(std::string(line.substr(0, colon)), std::string(line.substr(value)));
    }
    return headers;
}

http::Headers both(const http::Headers& first, const http::Headers& second) {
    http::Headers all = first;
    for (const auto& [name, value] : second.all()) {
        all.add(name, value);
    }
    return all;
}

/// A sender who knows the secret is believed, and only about what was signed.
void check_right_sender(const Provider& provider, std::string_view secret,
                        const http::Headers& hostile, std::string_view body) {
    const auto keys = keys_of(provider, secret);
    const auto headers = provider.sign({"push", "d-1", body, secret, k_now});
    if (keys.empty() || !headers) {
        return;
    }
    const std::string other_body = std::string(body) + "x";
    const auto other = provider.sign({"push", "d-1", other_body, secret, k_now});
    require(provider.has_proof(*headers), "its own proof is not seen");
    require(provider.verify({*headers, body, k_now}, keys) == Verdict::right,
            "its own proof is not right");
    // A token is over nothing: then both deliveries look the same.
    if (other && other->all() != headers->all()) {
        require(provider.verify({*headers, other_body, k_now}, keys) != Verdict::right,
                "right also for another body");
    }
    for (const http::Headers& mixed : {both(*headers, hostile), both(hostile, *headers)}) {
        static_cast<void>(provider.has_proof(mixed));
        static_cast<void>(provider.verify({mixed, body, k_now}, keys));
    }
}

void run(std::string_view bytes) {
    Input input(bytes);
    const auto providers = webhook::providers();
    const Provider& provider = *providers[input.byte() % providers.size()];
    const http::Headers hostile = read_headers(input);
    const std::string_view body = input.rest();
    for (const std::string_view secret : k_secrets) {
        const auto keys = keys_of(provider, secret);
        const bool has_proof = provider.has_proof(hostile);
        require(provider.verify({hostile, body, k_now}, keys) != Verdict::right,
                has_proof ? "a forged proof is right" : "no proof is right");
        require(provider.verify({hostile, body, k_now}, {}) != Verdict::right,
                "right with no key at all");
        check_right_sender(provider, secret, hostile, body);
    }
}

/// The published signatures, which no secret of ours made.
std::vector<std::string> seeds() {
    std::vector<std::string> all;
    const auto providers = webhook::providers();
    for (const auto& vector : test::read_json_data("payloads/signature-vectors.json")) {
        std::string text;
        const http::Headers headers = test::headers_of(vector.at("headers"));
        for (const auto& [name, value] : headers.all()) {
            text += name + ": " + value + "\n";
        }
        text += "\n" + vector.value("body", "{}");
        for (std::size_t i = 0; i < providers.size(); ++i) {
            all.push_back(static_cast<char>(i) + text);
        }
    }
    return all;
}

}  // namespace

Target proof_target() {
    return {"proof", run, seeds, "headers.dict"};
}

}  // namespace hookd::fuzz
