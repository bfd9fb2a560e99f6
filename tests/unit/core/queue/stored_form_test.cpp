#include "core/queue/sqlite/stored_form.hpp"

#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::queue::sqlite;
using namespace hookd::test;

TEST_CASE("headers come back as they were") {
    const Headers headers = {{"A", "1"}, {"B", ""}, {"A", "x: y"}, {"C", "\xe9\x00"}, {"D", " "}};
    CHECK(headers_from_text(headers_to_text(headers)) == headers);
    CHECK(headers_from_text("").empty());
}

TEST_CASE("a header cannot smuggle in another one") {
    const auto read = headers_from_text(headers_to_text({{"A", "1\nB: 2"}, {"C\nD", "3"}}));
    CHECK(read == Headers{{"A", "1 B: 2"}, {"C D", "3"}});
}

TEST_CASE("decisions come back as they were, with foreign bytes made valid") {
    const std::vector<Decision> decisions = {{"build", true, "on.push", "main"},
                                             {"tag \"x\"", false, "", "caf\xe9"}};
    const auto read = decisions_from_text(decisions_to_text(decisions));
    REQUIRE(read.size() == 2);
    CHECK(read[0] == decisions[0]);
    CHECK(read[1].rule == "tag \"x\"");
    CHECK(read[1].seen == "caf\xef\xbf\xbd");
    CHECK(decisions_from_text("not json").empty());
    CHECK(decisions_from_text("[1, [\"a\"], {}]").empty());
}

TEST_CASE("the hash of an identity never changes, and tells its parts apart") {
    const auto event = [](const std::string& ref, const std::string& before,
                          const std::string& after) {
        return push(before, after, "acme/shop", ref).event;
    };
    const auto hash = identity_hash(event("refs/heads/main", object_id("1"), object_id("2")));
    CHECK(hash == identity_hash(event("refs/heads/main", object_id("1"), object_id("2"))));
    CHECK(hash != identity_hash(event("refs/heads/main", object_id("2"), object_id("1"))));
    CHECK(hash != identity_hash(event("refs/heads/mai", "n" + object_id("1"), object_id("2"))));
    // In every database that there is.
    CHECK(hash == -7935018169576415211);
}
