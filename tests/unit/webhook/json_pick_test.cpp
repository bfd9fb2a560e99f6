#include "webhook/json_pick.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/webhook/payloads.hpp"

#include <malloc.h>
#include <nlohmann/json.hpp>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

namespace {

const Selection k_nothing{"no such member"};

/// What is kept of `text`, or null where it is refused.
Json picked(std::string_view text, const Selection& wanted, const PickLimits& limits = {}) {
    Json document;
    return pick(text, wanted, document, limits) ? document : Json();
}

bool is_refused(std::string_view text, std::string_view because, const PickLimits& limits = {}) {
    Json document;
    const auto kept = pick(text, k_nothing, document, limits);
    if (kept) {
        return false;
    }
    INFO(kept.error().message);
    CHECK(kept.error().code == ErrorCode::invalid);
    CHECK(kept.error().message.find(because) != std::string::npos);
    return true;
}

std::string repeat(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

}  // namespace

TEST_CASE("only what is wanted is kept") {
    const Selection wanted{"ref", "commits/*/{id,message}", "commits/*/author/name",
                           "commits/*/added/*", "options/**"};
    const Json document = picked(
        R"({"ref": "r", "before": "x", "commits": [
            {"id": 1, "message": null, "url": "u", "author": {"name": "n", "email": "e"},
             "added": ["a", "b"], "removed": ["c"]},
            {"other": [1, 2]}],
            "options": {"a": {"b": [1, {"c": true}]}}, "ref2": {"ref": "no"}})",
        wanted);
    CHECK(document == Json::parse(R"({"ref": "r", "commits": [
            {"id": 1, "message": null, "author": {"name": "n"}, "added": ["a", "b"]}, {}],
            "options": {"a": {"b": [1, {"c": true}]}}})"));
}

TEST_CASE("what stands where something else was wanted can be told from absence") {
    const Selection wanted{"head/repo/name", "list/*/id", "text"};
    CHECK(picked(R"({"head": null})", wanted) == Json::parse(R"({"head": null})"));
    CHECK(picked(R"({"head": {"repo": null}})", wanted) ==
          Json::parse(R"({"head": {"repo": null}})"));
    CHECK(picked(R"({"list": 7, "text": {"a": 1}})", wanted) ==
          Json::parse(R"({"list": 7, "text": {}})"));
    CHECK(picked(R"({"list": [1, "a", [2], {"id": 3}]})", wanted) ==
          Json::parse(R"({"list": [1, "a", [], {"id": 3}]})"));
    CHECK(picked("7", wanted) == Json(7));
    CHECK(picked("[1]", wanted) == Json::array());
}

TEST_CASE("T018 numbers are exact or refused") {
    const Selection wanted{"n"};
    CHECK(picked(R"({"n": 18446744073709551615})", wanted)["n"] == 18446744073709551615U);
    CHECK(picked(R"({"n": -9223372036854775808})", wanted)["n"] ==
          std::numeric_limits<std::int64_t>::min());
    CHECK(picked(R"({"n": 9007199254740993})", wanted)["n"] == 9007199254740993);
    CHECK(picked(R"({"n": 1.5e3})", wanted)["n"] == 1500.0);
    CHECK(is_refused(R"({"n": 18446744073709551616})", "64 bits"));
    CHECK(is_refused(R"({"n": -9223372036854775809})", "64 bits"));
    CHECK(is_refused(R"([{"n": [18446744073709551616]}])", "64 bits"));
    CHECK(is_refused("[1e400]", "not valid JSON"));
    CHECK(is_refused("[-1e400]", "not valid JSON"));
    for (const char* odd : {"[NaN]", "[Infinity]", "[-Infinity]", "[01]", "[+1]", "[1.]", "[.5]",
                            "[0x10]", "[1e]", "[-]"}) {
        INFO(odd);
        CHECK(is_refused(odd, "not valid JSON"));
    }
}

TEST_CASE("T018 a name twice in one object is refused anywhere, also under an escape") {
    CHECK(is_refused(R"({"a": 1, "a": 2})", "\"a\" twice"));
    CHECK(is_refused(R"({"a": 1, "\u0061": 2})", "\"a\" twice"));
    CHECK(is_refused(R"({"x": [{"y": {"a": 1, "b": {"a": 1}, "a": 2}}]})", "\"a\" twice"));
    CHECK(is_refused(R"({"": 1, "": 2})", "twice"));
    CHECK(is_refused(R"({"a": {"b": 1}, "c": [{"b": 1}], "a": 1})", "\"a\" twice"));
    CHECK(picked(R"({"a": {"a": {"a": 1}}, "A": [{"a": 1}, {"a": 2}]})", Selection{"**"}).size() ==
          2);
}

TEST_CASE("T018 text that is no UTF-8, lone surrogates and NUL are refused anywhere") {
    for (const char* bytes : {"\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                              "\xE2\x82", "\x80", "\xF0\x80\x80\x80"}) {
        CHECK(is_refused("{\"x\": \"" + std::string(bytes) + "\"}", "not valid JSON"));
        CHECK(is_refused("{\"" + std::string(bytes) + "\": 1}", "not valid JSON"));
    }
    CHECK(is_refused(R"(["\ud800"])", "not valid JSON"));
    CHECK(is_refused(R"(["\udc00"])", "not valid JSON"));
    CHECK(is_refused(R"(["\ud800\u0041"])", "not valid JSON"));
    CHECK(is_refused(R"(["\udc00\ud800"])", "not valid JSON"));
    CHECK(is_refused(R"(["a\u0000b"])", "NUL"));
    CHECK(is_refused(std::string("[\"a\0b\"]", 7), "not valid JSON"));
    CHECK(is_refused("[\"a\nb\"]", "not valid JSON"));
    CHECK(picked(R"({"a": "\ud83c\udf89"})", Selection{"a"})["a"] == "\xF0\x9F\x8E\x89");
}

TEST_CASE("T018 nothing may follow the document, and it must be whole") {
    for (const char* text :
         {"",     " ",          "{} {}",   "{}x",       "{},",   "[1] 2",    "{",      "[",
          "[1,]", "{\"a\":1,}", "{\"a\"}", "{a: 1}",    "['a']", "// c\n{}", "{}/**/", "nul",
          "tru",  "\"abc",      "[1 2]",   "{\"a\" 1}", "]",     "}"}) {
        INFO(text);
        CHECK(is_refused(text, "not valid JSON"));
    }
    CHECK(is_refused(std::string("{}\0", 3), "not valid JSON"));
    CHECK(is_refused(std::string("{}\0{", 4), "not valid JSON"));
    CHECK(is_refused(std::string("{\0}", 3), "not valid JSON"));
    CHECK_FALSE(is_refused(" \t\r\n{} \n", ""));
}

TEST_CASE("T018 depth is limited, and a million levels are refused without harm") {
    CHECK_FALSE(is_refused(repeat("[", 64) + repeat("]", 64), ""));
    CHECK(is_refused(repeat("[", 65) + repeat("]", 65), "deeper than 64"));
    CHECK(is_refused(repeat("[", 1'000'000), "deeper than 64"));
    CHECK(is_refused(repeat("{\"a\":", 1'000'000), "deeper than 64"));
    CHECK(is_refused(repeat("[", 1'000'000) + repeat("]", 1'000'000), "deeper than 64"));
}

TEST_CASE("T018 five million empty arrays are refused at the limit of values") {
    CHECK(is_refused("[" + repeat("[],", 5'000'000) + "[]]", "more than 2000000 values"));
    const PickLimits few{.values = 3};
    CHECK_FALSE(is_refused("[1, 2]", "", few));
    CHECK(is_refused("[1, 2, 3]", "more than 3 values", few));
    CHECK(is_refused("[{}, [], 3]", "more than 3 values", few));
}

TEST_CASE("T018 an object with too many names is refused") {
    std::string members;
    for (int i = 0; i < 1025; ++i) {
        members += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
    }
    CHECK(is_refused("{" + members + "}", "more than 1024 names"));
    CHECK_FALSE(is_refused("{" + members.substr(0, members.rfind(',')) + "}", ""));
}

TEST_CASE("T018 a string beyond the limit is refused before it is copied") {
    const PickLimits limits{.string_bytes = 8};
    CHECK_FALSE(is_refused(R"(["12345678", "12345678"])", "", limits));
    CHECK(is_refused(R"(["12345678", "123456789"])", "longer than 8", limits));
    CHECK(is_refused(R"({"123456789": 1})", "longer than 8", limits));
    CHECK(is_refused(R"(["\"\"\"\"\""])", "longer than 8", limits));
    CHECK(is_refused(R"(["123456789)", "longer than 8", limits));
    CHECK_FALSE(is_refused(R"(["\\", "1234567", "\\\\", 1234567890])", "", limits));
    CHECK(is_refused("[\"" + std::string(std::size_t{20} << 20, 'x') + "\"]", "longer than"));
}

TEST_CASE("elements beyond the limit are left out, all else that was wanted is kept") {
    Json document;
    const auto kept = pick(R"({"list": [1, 2, 3, {"id": 4}], "after": "here"})",
                           Selection{"list/*", "list/*/id", "after"}, document, {.elements = 2});
    REQUIRE(kept);
    CHECK(*kept == Kept::cut);
    CHECK(document == Json::parse(R"({"list": [1, 2], "after": "here"})"));
    const auto whole = pick(R"({"list": [1, 2]})", Selection{"list/*"}, document, {.elements = 2});
    CHECK(whole.value() == Kept::whole);
    const auto everything =
        pick(R"({"o": {"a": 1, "b": 2, "c": 3}})", Selection{"o/**"}, document, {.elements = 2});
    CHECK(everything.value() == Kept::cut);
    CHECK(document["o"].size() == 2);
}

TEST_CASE("T018 elements behind too much that is kept are left out, and those before are whole") {
    const std::string element = R"({"id": "1234", "text": "12345678"})";
    const std::string body =
        R"({"list": [)" + element + "," + element + "," + element + R"(], "after": "here"})";
    Json document;
    const Selection wanted{"list/*/{id,text}", "after"};
    CHECK(pick(body, wanted, document, {.kept_bytes = 2000}).value() == Kept::whole);
    // Six values and 24 bytes of text, and some for the list.
    CHECK(pick(body, wanted, document, {.kept_bytes = 600}).value() == Kept::cut);
    CHECK(document ==
          Json::parse(R"({"list": [)" + element + "," + element + R"(], "after": "here"})"));
}

TEST_CASE("T018 of 25 MiB of wanted text a sixth is kept") {
    const std::string message(100'000, 'x');
    const std::string body =
        R"({"commits": [)" + repeat(R"({"message": ")" + message + "\"},", 260) + "1]}";
    Json document;
    REQUIRE(pick(body, Selection{"commits/*/message"}, document).value() == Kept::cut);
    std::size_t kept = 0;
    for (const Json& commit : document["commits"]) {
        kept += commit.at("message").get_ref<const std::string&>().size();
    }
    CHECK(body.size() >= 25'000'000);
    CHECK(kept <= body.size() / 6);
}

TEST_CASE("T018 memory follows what is wanted, not what is sent") {
    // Short paths are the dearest thing that is wanted: a tree of this body takes some 20 times it.
    const std::string body =
        R"({"commits": [{"id": "x", "added": [)" + repeat("\"a\",", 1'900'000) + "\"b\"]}]}";
    Json document;
    const auto before = ::mallinfo2().uordblks;
    REQUIRE(pick(body, Selection{"commits/*/id", "commits/*/added/*"}, document).value() ==
            Kept::cut);
    const auto after = ::mallinfo2().uordblks;
    CHECK(document["commits"][0]["added"].size() == 32'767);
    CHECK(after - before < body.size());
}

TEST_CASE("T018 our verdict is that of a second parser, but where we are stricter") {
    // Every recorded body with one byte changed in many places: both parsers must agree.
    for (const auto& recorded : test::recorded()) {
        std::string body = recorded.body();
        Json document;
        CHECK(pick(body, k_nothing, document));
        const std::size_t step = body.size() / 23 + 1;
        for (std::size_t at = 0; at < body.size(); at += step) {
            const char kept = body[at];
            body[at] = "\"{}[],:0\\\x80"[at % 10];
            const bool ours = pick(body, k_nothing, document).has_value();
            const bool theirs = Json::accept(body);
            INFO(recorded.file << " at byte " << at);
            CHECK((!ours || theirs));
            if (theirs && !ours) {
                CHECK(pick(body, k_nothing, document).error().message.find("not valid JSON") ==
                      std::string::npos);
            }
            body[at] = kept;
        }
    }
}
