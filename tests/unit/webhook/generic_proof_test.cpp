// How an endpoint of the provider `generic` knows its sender and a delivery.
#include "tests/unit/webhook/generic_requests.hpp"

using namespace hookd;
using namespace hookd::test;

TEST_CASE("T001 a generic sender speaks for its endpoint's repositories alone") {
    const EndpointTable endpoints = table_with(signed_sender(registry_map()));
    const std::string body = moved(quoted(k_old), quoted(k_new));
    CHECK(status_from(endpoints, request_of(endpoints, body)) == 202);
    CHECK(status_from(endpoints, request_of(endpoints, body, k_secret_b)) == 401);
    for (const std::string name : {"acme/other", "acme/Shop", "acme/shop2", "../etc", ""}) {
        INFO(name);
        CHECK(status_from(endpoints, request_of(endpoints, moved("null", quoted(k_new), name))) ==
              403);
    }
    const EndpointTable by_lua = table_with(
        signed_sender(lua("return {{repository = 'acme/shop'}, {repository = body.other}}")));
    CHECK(status_from(by_lua, request_of(by_lua, R"({"other": "acme/shop"})")) == 202);
    CHECK(status_from(by_lua, request_of(by_lua, R"({"other": "acme/b"})")) == 403);
}

TEST_CASE("T003 a generic signature has one header, one algorithm and one form") {
    const std::string body = moved(quoted(k_old), quoted(k_new));
    const auto digest = [&body](Hash hash) {
        return Key::make(k_secret_a, KeyForm::raw, hash).value().sign({body});
    };
    const std::string hex256 = to_hex(digest(Hash::sha256));
    struct Row {
        config::SignatureHeader form;
        std::string right;
    };
    using enum config::SignatureHash;
    using config::SignatureText;
    const std::vector<Row> rows = {
        {{"X-Sig", sha256, "", SignatureText::hex}, hex256},
        {{"X-Sig", sha256, "v0=", SignatureText::hex}, "v0=" + hex256},
        {{"X-Sig", sha256, "", SignatureText::base64}, to_base64(digest(Hash::sha256))},
        {{"X-Sig", sha512, "sha512=", SignatureText::hex},
         "sha512=" + to_hex(digest(Hash::sha512))},
        {{"X-Sig", sha1, "", SignatureText::hex}, to_hex(digest(Hash::sha1))}};
    for (const Row& row : rows) {
        auto sender = signed_sender(registry_map());
        sender.proof = row.form;
        const EndpointTable endpoints = table_with(sender);
        const http::Request request = request_of(endpoints, body);
        CHECK(request.head.headers.only("x-sig") == row.right);
        CHECK(status_from(endpoints, request) == 202);
        CHECK(status_from(endpoints, with_header(request, "X-Sig", {})) == 401);
        CHECK(status_from(endpoints, with_header(request, "X-Sig", {row.right, row.right})) == 401);
        CHECK(status_from(endpoints, with_header(request, "X-Sig", {row.right, ""})) == 401);
        std::vector<std::string> odd = {"",
                                        row.form.prefix,
                                        row.right + " ",
                                        " " + row.right,
                                        row.right + "," + row.right,
                                        row.right.substr(0, row.right.size() - 1)};
        for (const Row& other : rows) {
            if (other.right != row.right) {
                odd.push_back(other.right);
            }
        }
        if (row.form.text == SignatureText::hex) {
            std::string upper = row.right;
            for (char& c : upper) {
                c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
            }
            odd.push_back(upper);
        }
        for (const std::string& value : odd) {
            INFO(row.right << " " << value);
            CHECK(status_from(endpoints, with_header(request, "X-Sig", {value})) == 401);
        }
        // An unreadable body with a bad signature is not looked at.
        http::Request broken = request;
        broken.body = "{";
        CHECK(status_from(endpoints, broken) == 401);
    }
}

TEST_CASE("T005 a generic token is right as a whole, behind its prefix, in one header") {
    auto sender = signed_sender(registry_map());
    sender.proof = config::TokenHeader{"X-Key", "Key "};
    const EndpointTable endpoints = table_with(sender);
    const std::string body = moved(quoted(k_old), quoted(k_new));
    const http::Request request = request_of(endpoints, body);
    const std::string right = "Key " + std::string(k_secret_a);
    CHECK(request.head.headers.only("X-Key") == right);
    CHECK(status_from(endpoints, request) == 202);
    for (const std::vector<std::string>& values :
         std::vector<std::vector<std::string>>{{},
                                               {""},
                                               {"Key "},
                                               {std::string(k_secret_a)},
                                               {"key " + std::string(k_secret_a)},
                                               {right + " "},
                                               {right.substr(0, right.size() - 1)},
                                               {right, right}}) {
        CHECK(status_from(endpoints, with_header(request, "X-Key", values)) == 401);
    }
}

TEST_CASE("T004 the proof of any generic endpoint counts before the endpoint is known") {
    auto sender = signed_sender(registry_map());
    sender.proof = config::TokenHeader{"X-Key", ""};
    const EndpointTable endpoints = table_with(sender);
    CHECK(endpoints.proofs().size() == 1);
    http::Request request = request_of(endpoints, "{}", "not the secret of anybody");
    for (const std::string target : {"/hooks/x", "/hooks/y", "/hooks/github/acme/shop"}) {
        request.head.target = target;
        CHECK_FALSE(judge_head(request.head, endpoints.proofs()));
        const auto result = judged_by(endpoints, request);
        REQUIRE(std::holds_alternative<Refusal>(result));
        CHECK(std::get<Refusal>(result).status == 401);
        CHECK(std::get<Refusal>(result).message ==
              "unknown endpoint, or the signature is missing or wrong");
    }
    // It is none where no endpoint is configured so.
    CHECK(judge_head(request.head)->status == 401);
}

TEST_CASE("a delivery without an id is known again by its body") {
    auto sender = signed_sender(registry_map());
    const auto key_of = [](const EndpointTable& endpoints, const http::Request& request) {
        const auto result = judged_by(endpoints, request);
        REQUIRE(std::holds_alternative<Admission>(result));
        return std::get<Admission>(result).delivery.key;
    };
    const EndpointTable endpoints = table_with(sender);
    const auto first = request_of(endpoints, moved(quoted(k_old), quoted(k_new)));
    const auto other = request_of(endpoints, moved("null", quoted(k_new)));
    CHECK(key_of(endpoints, first).starts_with("sha256:"));
    CHECK(key_of(endpoints, first) == key_of(endpoints, first));
    CHECK(key_of(endpoints, first) != key_of(endpoints, other));
    sender.delivery_header = "X-Id";
    const EndpointTable with_id = table_with(sender);
    CHECK(key_of(with_id, request_of(with_id, first.body)) == "d-1");
    CHECK(key_of(with_id, with_header(request_of(with_id, first.body), "X-Id", {})) ==
          key_of(endpoints, first));
    CHECK(status_from(with_id, with_header(request_of(with_id, first.body), "X-Id", {"a", "b"})) ==
          400);
}

TEST_CASE("an event's name comes from its header where one is configured") {
    auto sender = signed_sender(registry_map());
    sender.event_header = "X-Event";
    const EndpointTable endpoints = table_with(sender);
    const auto request = request_of(endpoints, moved(quoted(k_old), quoted(k_new)));
    const auto result = judged_by(endpoints, request);
    REQUIRE(std::holds_alternative<Admission>(result));
    CHECK(std::get<Admission>(result).delivery.event == "moved");
    CHECK(std::get<Admission>(result).events.at(0).source.event == "moved");
    CHECK(status_from(endpoints, with_header(request, "X-Event", {})) == 400);
}
