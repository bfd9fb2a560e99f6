#include "webhook/fields.hpp"

#include "core/model/ref_name.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

TEST_CASE("a field is found by its path, and nothing is found below what is no object") {
    const Json document = Json::parse(R"({"a": {"b": {"c": "x"}}, "n": null, "l": [1], "i": 7})");
    CHECK(text_at(document, "a/b/c") == "x");
    CHECK(text_at(document, "a/b").empty());
    CHECK(text_at(document, "a/x/c").empty());
    CHECK(text_at(document, "l/0").empty());
    CHECK(text_at(document, "i/c").empty());
    CHECK(field(document, "n") != nullptr);
    CHECK(field(document, "n/x") == nullptr);
    CHECK(field(Json(7), "a") == nullptr);
}

TEST_CASE("T018 an id is a whole number of 64 bits or none") {
    const Json document = Json::parse(R"({"a": 7, "b": -7, "c": 9223372036854775807,
        "d": 9223372036854775808, "e": 7.0, "f": "7", "g": true, "h": null})");
    CHECK(number_at(document, "a") == 7);
    CHECK(number_at(document, "b") == -7);
    CHECK(number_at(document, "c") == std::numeric_limits<std::int64_t>::max());
    for (const char* none : {"d", "e", "f", "g", "h", "i"}) {
        INFO(none);
        CHECK_FALSE(number_at(document, none));
    }
}

TEST_CASE("T075 only http and https addresses become links") {
    const Json document = Json::parse(R"json({"a": "https://acme.test/1", "b": "http://acme.test/1",
        "c": "javascript:alert(1)", "d": "file:///etc/passwd", "e": " https://acme.test", "f": 7,
        "g": "HTTPS://acme.test", "h": "data:text/html,x"})json");
    CHECK(link_at(document, "a") == "https://acme.test/1");
    CHECK(link_at(document, "b") == "http://acme.test/1");
    for (const char* none : {"c", "d", "e", "f", "g", "h", "i"}) {
        INFO(none);
        CHECK(link_at(document, none).empty());
    }
}

TEST_CASE("an object id that is none is left out or refused") {
    const Json document = Json{{"right", std::string(40, 'a')}, {"zero", std::string(40, '0')},
                               {"long", std::string(64, 'b')},  {"none", "None"},
                               {"upper", std::string(40, 'A')}, {"short", std::string(39, 'a')}};
    CHECK(object_id_at(document, "right") == std::string(40, 'a'));
    CHECK(object_id_at(document, "long") == std::string(64, 'b'));
    CHECK(object_id_at(document, "zero").empty());
    CHECK(object_id_at(document, "none").empty());
    CHECK(object_id_at(document, "absent").empty());
    CHECK(require_object_id(document, "zero"));
    for (const char* wrong : {"none", "upper", "short", "absent"}) {
        INFO(wrong);
        const auto id = require_object_id(document, wrong);
        REQUIRE_FALSE(id);
        CHECK(id.error().code == ErrorCode::invalid);
        CHECK(id.error().message.find(wrong) != std::string::npos);
    }
}

TEST_CASE("T026 a repository's name is one that a configuration could hold, or denied") {
    const Json document = Json::parse(R"({"name": "acme/shop", "number": 7, "null": null})");
    CHECK(require_repository(document, "name").value().text() == "acme/shop");
    CHECK(require_repository(document, "number").error().code == ErrorCode::invalid);
    CHECK(require_repository(document, "absent").error().code == ErrorCode::invalid);
    CHECK(repository_at(document, "absent").value().text().empty());
    CHECK(repository_at(document, "null").value().text().empty());
    CHECK(repository_at(document, "number").error().code == ErrorCode::invalid);
    for (const char* name :
         {"", "../shop", "acme/..", "acme/../../etc", "/etc/passwd", "acme//shop", "acme%2fshop",
          "acme/shop/", "acme/.git", "acme/shop.", "acme/-x", "acme\\shop", "acme/sh op",
          "acme/sh\nop", "acme/sh\u00f6p", "acme/shop.lock", "~"}) {
        INFO(name);
        const auto parsed = require_repository(Json{{"r", name}}, "r");
        if (std::string_view(name) == "~") {
            CHECK(parsed);
        } else {
            REQUIRE_FALSE(parsed);
            CHECK(parsed.error().code == ErrorCode::denied);
        }
    }
}

TEST_CASE("a ref name is one that git would take") {
    for (const char* name : {"refs/heads/main", "refs/heads/feature/a-b_c.d", "refs/tags/v1.0",
                             "refs/heads/\xC3\xA4", "refs/heads/\xFF", "refs/notes/commits",
                             "refs/heads/@", "refs/heads/-x", "refs/heads/$(id)"}) {
        INFO(name);
        CHECK(is_ref_name(name));
    }
    for (const char* name : {"",
                             "main",
                             "refs",
                             "refs/",
                             "refs/heads/",
                             "heads/main",
                             "refs/heads//main",
                             "refs/heads/main/",
                             "refs/heads/.main",
                             "refs/heads/a..b",
                             "refs/heads/../../x",
                             "refs/heads/main.lock",
                             "refs/heads/a.lock/b",
                             "refs/heads/main.",
                             "refs/heads/a b",
                             "refs/heads/a\nb",
                             "refs/heads/a\x7F",
                             "refs/heads/a~1",
                             "refs/heads/a^",
                             "refs/heads/a:b",
                             "refs/heads/a?",
                             "refs/heads/a*",
                             "refs/heads/a[b",
                             "refs/heads/a\\b",
                             "refs/heads/@{1}",
                             "/refs/heads/a"}) {
        INFO(name);
        CHECK_FALSE(is_ref_name(name));
    }
}
