#include "reconcile/forges/records.hpp"

#include "tests/support/catch.hpp"

#include <array>

using namespace hookd;
using namespace hookd::reconcile;

namespace {

constexpr std::array<std::string_view, 4> k_wanted = {"id", "config/url", "h/x-key", "flag"};

std::vector<Record> read(const std::string& json) {
    return read_records(json, k_wanted).value();
}

bool fits(const std::string& json) {
    return read_records(json, k_wanted).has_value();
}

}  // namespace

TEST_CASE("of each object of a list the wanted values are taken, wherever they stand") {
    const auto records = read(
        R"([{"id": 18446744073709551615, "config": {"url": "https://a/b", "id": 5}, "url": "x"},
            {"x": [{"id": 1, "config": {"url": "no"}}, [1, "2"]], "H": {"X-Key": "k"}, "id": -3},
            {"id": null, "flag": true, "config": {"x": {}, "url": "last"}, "h": [{"x-key": "no"}]},
            {}])");
    REQUIRE(records.size() == 4);
    CHECK(records[0] == Record{{"id", "18446744073709551615"}, {"config/url", "https://a/b"}});
    CHECK(records[1] == Record{{"h/x-key", "k"}, {"id", "-3"}});
    CHECK(records[2] == Record{{"flag", "true"}, {"config/url", "last"}});
    CHECK(records[3].empty());
    CHECK(read("[]").empty());
    CHECK(read_record(R"({"config": {"url": "u"}})", k_wanted) == Record{{"config/url", "u"}});
}

TEST_CASE("T077 what is no list of objects is refused") {
    for (const char* json : {"",
                             " ",
                             "{}",
                             "1",
                             "null",
                             "\"a\"",
                             "[1]",
                             "[null]",
                             "[[]]",
                             "[[{}]]",
                             "[{}",
                             "[{},]",
                             "[{}] x",
                             "[{\"id\": 1}",
                             "[{\"id\": \"\xff\"}]",
                             "[{\"id\": 01}]",
                             "[{id: 1}]",
                             "[{\"id\": NaN}]",
                             "<html>",
                             "[{}][{}]"}) {
        INFO(json);
        CHECK_FALSE(fits(json));
    }
    for (const char* json : {"", "[]", "[{}]", "1", "null", "{", "{}{}"}) {
        INFO(json);
        CHECK_FALSE(read_record(json, k_wanted));
    }
}

TEST_CASE("T077 an answer that is deep, long or large in odd ways stays small") {
    const auto nested = [](std::size_t depth) {
        std::string json = "[{\"a\":";
        for (std::size_t i = 2; i < depth; ++i) {
            json += "[";
        }
        json += "1";
        for (std::size_t i = 2; i < depth; ++i) {
            json += "]";
        }
        return json + "}]";
    };
    CHECK(fits(nested(k_deepest_answer)));
    CHECK_FALSE(fits(nested(k_deepest_answer + 1)));
    CHECK_FALSE(fits(std::string(1'000'000, '[')));

    std::string many = "[{}";
    for (std::size_t i = 1; i < k_most_records; ++i) {
        many += ",{}";
    }
    CHECK(fits(many + "]"));
    CHECK_FALSE(fits(many + ",{}]"));

    const std::string longest(k_longest_text, 'x');
    CHECK(read("[{\"id\": \"" + longest + "\"}]")[0].size() == 1);
    CHECK(read("[{\"id\": \"" + longest + "x\"}]")[0].empty());
    CHECK(read("[{\"" + longest + "\": {\"id\": 1}, \"id\": 2}]")[0].at("id") == "2");
}
