#include "webhook/signature.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/provider.hpp"
#include "webhook/standard_webhooks.hpp"

using namespace hookd;
using namespace hookd::webhook;

namespace {

std::vector<Key> keys_of(std::string_view secret, KeyForm form, Hash hash = Hash::sha256) {
    std::vector<Key> keys;
    keys.push_back(Key::make(secret, form, hash).value());
    return keys;
}

/// The verdict on one vector of signature-vectors.json.
Verdict judge_vector(const nlohmann::json& vector, Hash hash = Hash::sha256) {
    const std::string secret = vector.at("secret");
    const std::string body =
        vector.contains("body_file")
            ? test::read_data("payloads/" + vector["body_file"].get<std::string>())
            : vector.at("body").get<std::string>();
    const http::Headers headers = test::headers_of(vector.at("headers"));
    if (vector.at("provider") == "standard-webhooks") {
        const WallTime now{std::chrono::seconds(vector.at("now").get<std::int64_t>())};
        return verify_standard_signature(headers, body, keys_of(secret, KeyForm::standard_webhooks),
                                         now);
    }
    const Provider* const provider =
        find_provider(test::our_name(vector.at("provider").get<std::string>()));
    REQUIRE(provider != nullptr);
    const auto keys = keys_of(secret, provider->key_form(secret), hash);
    return provider->verify({headers, body, WallTime{}}, keys);
}

struct StandardCase {
    std::string id = "msg_1";
    std::string time = "1614265330";
    std::string signature;
};

constexpr std::string_view k_token = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view k_body = R"({"test": 1})";

http::Headers standard_headers(const StandardCase& c) {
    http::Headers headers;
    headers.add("webhook-id", c.id);
    headers.add("webhook-timestamp", c.time);
    headers.add("webhook-signature", c.signature);
    return headers;
}

/// Signs as any sender would, also what a good sender would not.
std::string signature_for(std::string_view id, std::string_view time, std::string_view body) {
    const Key key = Key::make(k_token, KeyForm::standard_webhooks).value();
    const Digest digest = key.sign({id, ".", time, ".", body});
    return "v1," + to_base64(digest);
}

Verdict verify_standard(const http::Headers& headers, std::int64_t now = 1614265330) {
    return verify_standard_signature(headers, k_body, keys_of(k_token, KeyForm::standard_webhooks),
                                     WallTime{std::chrono::seconds(now)});
}

}  // namespace

TEST_CASE("HMAC-SHA256 gives what RFC 4231 says, whole or in parts") {
    const Key key = Key::make("Jefe", KeyForm::raw).value();
    const Digest whole = key.sign({"what do ya want for nothing?"});
    CHECK(to_hash_header(whole) ==
          "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(key.sign({"what do ya ", "", "want for nothing?"}) == whole);
    CHECK(key.sign({"what do ya want for nothing?"}) == whole);  // a key is not used up
    CHECK(key.sign({""}) != whole);
}

TEST_CASE("T002 an empty secret makes no key") {
    CHECK_FALSE(Key::make("", KeyForm::raw));
    CHECK_FALSE(Key::make("", KeyForm::standard_webhooks));
    CHECK_FALSE(Key::make("whsec_", KeyForm::standard_webhooks));
}

TEST_CASE("a signing token that is no base64 makes no key, and its error does not show it") {
    const auto key = Key::make("whsec_not base64!", KeyForm::standard_webhooks);
    REQUIRE_FALSE(key);
    CHECK(key.error().message.find("not base64!") == std::string::npos);
}

TEST_CASE("a key knows its own secret and no other text") {
    const Key key = Key::make("a secret of some length", KeyForm::raw).value();
    CHECK(key.is_secret("a secret of some length"));
    CHECK_FALSE(key.is_secret("a secret of some lengt"));
    CHECK_FALSE(key.is_secret("a secret of some length "));
    CHECK_FALSE(key.is_secret(""));
}

TEST_CASE("any of several keys and any of several digests may match, none matches nothing") {
    std::vector<Key> keys = keys_of("the first secret", KeyForm::raw);
    keys.push_back(Key::make("the second secret", KeyForm::raw).value());
    const Digest right = keys[1].sign({"body"});
    CHECK(verify_digest(keys, "body", right) == Verdict::right);
    CHECK(verify_digest(keys, "Body", right) == Verdict::wrong);
    CHECK(verify_digest({keys.data(), 1}, "body", right) == Verdict::wrong);
    CHECK(verify_digest(keys, "body", std::nullopt) == Verdict::wrong);
    CHECK(verify_digest({}, "body", right) == Verdict::wrong);
    CHECK(is_one_of(right, std::vector{Digest{}, right}));
    CHECK_FALSE(is_one_of(right, std::vector{Digest{}, keys[0].sign({"body"})}));
    CHECK_FALSE(is_one_of(right, {}));
}

TEST_CASE("a text signed piece by piece is signed as the whole") {
    const std::vector<Key> keys = keys_of("a secret of some length", KeyForm::raw);
    Signing signing(keys[0]);
    for (const std::string_view piece : {"id.", "", "bo", "dy"}) {
        signing.add(piece);
    }
    const Digest made = signing.finish();
    CHECK(made == keys[0].sign({"id.body"}));
    CHECK(SignedText("body").sign(keys, 0, "id.") == made);
    CHECK(verify_digest(keys, SignedText({&made, 1}), made) == Verdict::right);
    CHECK(verify_digest(keys, SignedText({&made, 1}), keys[0].sign({"body"})) == Verdict::wrong);
}

TEST_CASE("every recorded signature passes or fails as it should") {
    std::size_t tried = 0;
    for (const auto& vector : test::read_json_data("payloads/signature-vectors.json")) {
        const std::string name = vector.at("name");
        INFO(name);
        // Its SHA-1 is right, and SHA-1 counts only where the endpoint says so.
        const bool valid = vector.at("valid").get<bool>() && name != "github-push-sha1-only";
        CHECK((judge_vector(vector) == Verdict::right) == valid);
        ++tried;
    }
    CHECK(tried == 28);
}

TEST_CASE("T003 an endpoint that asks for SHA-1 takes nothing else, and none takes both") {
    std::size_t right = 0;
    for (const auto& vector : test::read_json_data("payloads/signature-vectors.json")) {
        const std::string name = vector.at("name");
        if (vector.at("provider") == "github") {
            INFO(name);
            const bool taken = judge_vector(vector, Hash::sha1) == Verdict::right;
            CHECK(taken == (name == "github-push-sha1-only"));
            right += taken ? 1 : 0;
        }
    }
    CHECK(right == 1);
}

TEST_CASE("T003 only \"sha256=\" and 64 lower-case hex digits are a signature") {
    const std::string digits(64, 'a');
    const std::string right = "sha256=" + digits;
    CHECK(parse_hash_header(right, Hash::sha256));
    for (const std::string& odd :
         {std::string(), std::string("sha256="), digits, "SHA256=" + digits, "sha1=" + digits,
          "sha256=" + digits.substr(1), right + "a", right + "aa", "sha256=" + std::string(64, 'A'),
          right.substr(0, 70) + "g", " sha256=" + digits, "sha256= " + digits, right + " ",
          std::string(right).append(",").append(right), "sha256:" + digits,
          "sha256=" + digits.substr(0, 40), "sha256=0x" + digits.substr(2)}) {
        INFO(odd);
        CHECK_FALSE(parse_hash_header(odd, Hash::sha256));
    }
}

TEST_CASE("a signature survives being written and read") {
    const Digest digest = Key::make("abc", KeyForm::raw).value().sign({"{}"});
    CHECK(parse_hash_header(to_hash_header(digest), Hash::sha256) == digest);
}

TEST_CASE("T008 a signed time counts for 300 seconds either way") {
    const auto headers =
        standard_headers({"msg_1", "1614265330", signature_for("msg_1", "1614265330", k_body)});
    CHECK(verify_standard(headers, 1614265330 - 301) == Verdict::out_of_time);
    CHECK(verify_standard(headers, 1614265330 - 300) == Verdict::right);
    CHECK(verify_standard(headers, 1614265330) == Verdict::right);
    CHECK(verify_standard(headers, 1614265330 + 300) == Verdict::right);
    CHECK(verify_standard(headers, 1614265330 + 301) == Verdict::out_of_time);
}

TEST_CASE("T008 what is signed is id, time and body, and none of them can be changed") {
    const std::string right = signature_for("msg_1", "1614265330", k_body);
    CHECK(verify_standard(standard_headers({"msg_1", "1614265330", right})) == Verdict::right);
    CHECK(verify_standard(standard_headers({"msg_2", "1614265330", right})) == Verdict::wrong);
    CHECK(verify_standard(standard_headers({"msg_1", "1614265331", right})) == Verdict::wrong);
    CHECK(verify_standard(standard_headers({"msg_1", "01614265330", right})) == Verdict::wrong);
    // A wrong signature is wrong also where its time is off: the time is not to be learnt first.
    CHECK(verify_standard(standard_headers({"msg_1", "1", right})) == Verdict::wrong);
}

TEST_CASE("T008 ids and times of another form are refused even where they are signed") {
    for (const std::string& id :
         {std::string(), std::string("msg.1"), std::string("msg 1"), std::string("m\xC3\xA4"),
          std::string("msg/1"), std::string(256, 'a')}) {
        INFO(id);
        const auto headers =
            standard_headers({id, "1614265330", signature_for(id, "1614265330", k_body)});
        CHECK_FALSE(has_standard_signature(headers));
        CHECK(verify_standard(headers) == Verdict::wrong);
    }
    for (const std::string time : {"", "+1614265330", "-1", "1614265330.0", " 1614265330",
                                   "0x60388f32", "1614265330000", "99999999999999999999"}) {
        INFO(time);
        const auto headers =
            standard_headers({"msg_1", time, signature_for("msg_1", time, k_body)});
        CHECK_FALSE(has_standard_signature(headers));
        CHECK(verify_standard(headers) == Verdict::wrong);
    }
}

TEST_CASE("T008 a list of signatures may hold others, but the right one must be whole") {
    const std::string right = signature_for("msg_1", "1614265330", k_body);
    const std::string other = signature_for("msg_1", "1614265330", "another body");
    const auto verdict = [](const std::string& list) {
        return verify_standard(standard_headers({"msg_1", "1614265330", list}));
    };
    CHECK(verdict(other + " " + right) == Verdict::right);
    CHECK(verdict("v1a,abcd " + right) == Verdict::right);
    CHECK(verdict("v1, " + right + "  ") == Verdict::right);
    CHECK(verdict(other) == Verdict::wrong);
    CHECK(verdict("v2" + right.substr(2)) == Verdict::wrong);
    CHECK(verdict(right.substr(3)) == Verdict::wrong);
    CHECK(verdict(right.substr(0, right.size() - 4)) == Verdict::wrong);
    CHECK(verdict(right + "," + right) == Verdict::wrong);
    std::string long_list;
    for (int i = 0; i < 16; ++i) {
        long_list += other + " ";
    }
    CHECK(verdict(long_list + right) == Verdict::wrong);
}

TEST_CASE("T003 a standard header that is there twice is not read at all") {
    auto headers =
        standard_headers({"msg_1", "1614265330", signature_for("msg_1", "1614265330", k_body)});
    CHECK(verify_standard(headers) == Verdict::right);
    SECTION("signature") {
        headers.add("Webhook-Signature", "v1,abcd");
    }
    SECTION("id") {
        headers.add("webhook-id", "msg_1");
    }
    SECTION("timestamp") {
        headers.add("webhook-timestamp", "1614265330");
    }
    CHECK_FALSE(has_standard_signature(headers));
    CHECK(verify_standard(headers) == Verdict::wrong);
}

TEST_CASE("a key of another form signs no standard webhook") {
    const Key raw = Key::make("a raw secret of some length", KeyForm::raw).value();
    http::Headers headers;
    const WallTime now{std::chrono::seconds(1614265330)};
    sign_standard(headers, "msg_1", now, k_body, raw);
    CHECK(has_standard_signature(headers));
    CHECK(verify_standard_signature(headers, k_body, {&raw, 1}, now) == Verdict::wrong);
}
