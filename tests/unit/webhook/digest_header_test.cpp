// The tricks that can be played with the header that holds a digest, at every provider that has
// one.
#include "tests/support/catch.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/provider.hpp"

#include <algorithm>

using namespace hookd;
using namespace hookd::webhook;

namespace {

struct DigestHeader {
    std::string_view provider, name, prefix;
};
constexpr DigestHeader k_headers[] = {
    {"github", "X-Hub-Signature-256", "sha256="},
    {"gitea", "X-Gitea-Signature", ""},
    {"forgejo", "X-Forgejo-Signature", ""},
    {"gogs", "X-Gogs-Signature", ""},
    {"bitbucket", "X-Hub-Signature", "sha256="},
    {"bitbucket-server", "X-Hub-Signature", "sha256="},
    {"generic", "X-Hub-Signature-256", "sha256="},  // of an endpoint without settings
};

constexpr std::string_view k_body = R"({"zen": "x"})";
constexpr std::string_view k_secret = "a secret of some length";

/// Whether a delivery whose digest header has these values, and no other, is believed.
Verdict verdict_on(const DigestHeader& header, const std::vector<std::string>& values) {
    const Provider& provider = *find_provider(header.provider);
    http::Headers headers;
    for (const std::string& value : values) {
        headers.add(std::string(header.name), value);
    }
    std::vector<Key> keys;
    keys.push_back(Key::make(k_secret, KeyForm::raw).value());
    const Verdict verdict = provider.verify({headers, k_body, WallTime{}}, keys);
    // What cannot be right is seen before the body is read.
    CHECK((provider.has_proof(headers) || verdict == Verdict::wrong));
    return verdict;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
    return text;
}

}  // namespace

TEST_CASE("T003 one header in one form is a signature, at every provider that sends a digest") {
    const Digest digest = Key::make(k_secret, KeyForm::raw).value().sign({k_body});
    const Digest sha1 = Key::make(k_secret, KeyForm::raw, Hash::sha1).value().sign({k_body});
    const std::string hex = to_hex(digest);
    for (const DigestHeader& header : k_headers) {
        const std::string prefix(header.prefix);
        const std::string right = prefix + hex;
        CHECK(verdict_on(header, {right}) == Verdict::right);
        CHECK(verdict_on(header, {}) == Verdict::wrong);
        CHECK(verdict_on(header, {right, right}) == Verdict::wrong);
        CHECK(verdict_on(header, {right, ""}) == Verdict::wrong);
        const std::string other_prefix = prefix.empty() ? "sha256=" : "";
        for (const std::string& odd :
             {std::string(), prefix, prefix + upper(hex), upper(prefix) + upper(hex),
              other_prefix + hex, "sha1=" + to_hex(sha1), to_hex(sha1), prefix + to_hex(sha1),
              "SHA256=" + hex, right + " ", " " + right, prefix + " " + hex, right + "," + right,
              prefix + hex.substr(1), right + "0", prefix + std::string(64, '0'),
              prefix + "0x" + hex.substr(2)}) {
            INFO(header.provider << " " << odd);
            CHECK(verdict_on(header, {odd}) == Verdict::wrong);
        }
    }
}

TEST_CASE("T003 the digest of one provider's header is none in another's") {
    const std::string hex = to_hex(Key::make(k_secret, KeyForm::raw).value().sign({k_body}));
    for (const DigestHeader& sent : k_headers) {
        for (const DigestHeader& expected : k_headers) {
            if (sent.name == expected.name) {
                continue;
            }
            INFO(sent.provider << " to " << expected.provider);
            http::Headers headers;
            headers.add(std::string(sent.name), std::string(sent.prefix) + hex);
            std::vector<Key> keys;
            keys.push_back(Key::make(k_secret, KeyForm::raw).value());
            const Provider& provider = *find_provider(expected.provider);
            CHECK_FALSE(provider.has_proof(headers));
            CHECK(provider.verify({headers, k_body, WallTime{}}, keys) == Verdict::wrong);
        }
    }
}
