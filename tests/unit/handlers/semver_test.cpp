#include "handlers/semver.hpp"

#include "tests/support/catch.hpp"

using namespace hookd::handlers;

TEST_CASE("versions of the grammar are read and written as they were") {
    for (const char* text :
         {"0.0.0", "0.0.4", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta",
          "1.1.2+meta-valid", "1.0.0-alpha", "1.0.0-alpha.beta.1", "1.0.0-alpha0.valid",
          "1.0.0-alpha.0valid", "1.0.0-rc.1+build.1", "1.0.0--x-Y-Z", "2.0.1-alpha.1227",
          "1.2.3----RC-SNAPSHOT.12.9.1--.12+788", "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
          "1.0.0-0A.is.legal", "1.0.0+001", "9223372036854775807.0.0"}) {
        CAPTURE(text);
        const auto version = parse_version(text);
        REQUIRE(version);
        CHECK(to_text(*version) == text);
    }
}

TEST_CASE("what is no version is not read as one") {
    for (const char* text : {"",
                             "1",
                             "1.2",
                             "1.2.3.4",
                             "v1.2.3",
                             "01.1.1",
                             "1.01.1",
                             "1.1.01",
                             "1.2.3-",
                             "1.2.3+",
                             "1.2.3-+b",
                             "1.2.3-01",
                             "1.2.3-a..b",
                             "1.2.3-a.",
                             "1.2.3+a..b",
                             "1.2.3+a+b",
                             "1.2.3-\xc3\xa9",
                             "+1.2.3",
                             "-1.2.3",
                             " 1.2.3",
                             "1.2.3 ",
                             "1..3",
                             "a.b.c",
                             "1.2.3-a_b",
                             "1.2.x",
                             "99999999999999999999.0.0",
                             "1.2.3\n"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_version(text));
    }
}

TEST_CASE("precedence is the one of semver.org, section 11") {
    const std::vector<const char*> ascending{
        "0.9.9",      "1.0.0-1",      "1.0.0-2",       "1.0.0-10",
        "1.0.0-A",    "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
        "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-beta.99999999999999999999",
        "1.0.0-rc.1", "1.0.0",        "1.0.1",         "1.9.0",
        "1.10.0",     "1.11.0",       "2.0.0",         "2.1.0",
        "2.1.1",      "10.0.0"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            CAPTURE(ascending[i], ascending[j]);
            const bool as_listed = compare_precedence(*parse_version(ascending[i]),
                                                      *parse_version(ascending[j])) == (i <=> j);
            CHECK(as_listed);
        }
    }
    CHECK((compare_precedence(*parse_version("1.0.0+a"), *parse_version("1.0.0+b")) == 0));
}

TEST_CASE("the next version sets what is right of the bumped part to zero") {
    const auto next = [](const char* text, Bump bump) {
        return to_text(next_version(*parse_version(text), bump));
    };
    CHECK(next("1.2.3", Bump::patch) == "1.2.4");
    CHECK(next("1.2.3", Bump::minor) == "1.3.0");
    CHECK(next("1.2.3", Bump::major) == "2.0.0");
    CHECK(next("0.9.9", Bump::patch) == "0.9.10");
    CHECK(next("1.2.3+build", Bump::patch) == "1.2.4");
}
