#include "reconcile/redelivery.hpp"

#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::reconcile;
using namespace std::chrono_literals;

namespace {

const WallTime k_now{std::chrono::hours(500'000)};

/// A forge's list, written oldest first.
struct Bench {
    std::vector<Attempt> attempts;
    std::set<std::string> here;
    std::optional<WallTime> began = k_now - 24h;
    std::map<std::string, Asked> asked;
    AskedBy by = AskedBy::timer;
    std::size_t most = 50;

    void tried(const std::string& key, int status, Milliseconds ago) {
        attempts.insert(attempts.begin(),
                        {std::to_string(attempts.size()), key, "push", k_now - ago, status});
    }

    [[nodiscard]] Choice run() const {
        return choose({attempts, here, began, asked, k_now, by, most});
    }
    /// Keys of what is asked for now.
    [[nodiscard]] std::vector<std::string> again() const {
        std::vector<std::string> keys;
        for (const Redelivery& each : run().again) {
            keys.push_back(each.last.key);
        }
        return keys;
    }
};

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("T031 what got no answer or an answer of trouble comes again, oldest first, once each") {
    Bench f;
    f.tried("down", 0, 3h);
    f.tried("fine", 202, 2h);
    f.here.insert("fine");
    f.tried("full", 503, 100min);
    f.tried("slow", 408, 90min);
    f.tried("flood", 429, 80min);
    CHECK(f.again() == Keys{"down", "full", "slow", "flood"});
    CHECK(f.run().unsettled == k_now - 3h);
    f.here = {"down", "fine", "full", "slow", "flood"};
    CHECK(f.again().empty());
    CHECK_FALSE(f.run().unsettled);
}

TEST_CASE("a delivery that came at a later try is not asked for, whatever the first ones got") {
    Bench f;
    f.tried("a", 0, 3h);
    f.tried("a", 202, 2h);
    f.here.insert("a");
    CHECK(f.again().empty());
    CHECK(f.run().given_up.empty());
}

TEST_CASE("what is here is never asked for: what we refused on purpose would be refused again") {
    Bench f;
    f.tried("refused", 403, 3h);
    f.tried("here, and the answer got lost", 0, 2h);
    f.tried("other", 202, 1h);
    f.here = {"refused", "here, and the answer got lost", "other"};
    f.by = GENERATE(AskedBy::timer, AskedBy::person);
    CHECK(f.again().empty());
}

TEST_CASE("what was refused comes again once something later was answered well, or a person asks") {
    Bench f;
    const int status = GENERATE(301, 400, 401, 403, 404, 413);
    f.tried("refused", status, 3h);
    CHECK(f.again().empty());
    CHECK(f.run().waiting == 1);
    CHECK(f.run().unsettled == k_now - 3h);
    SECTION("a person asks") {
        f.by = AskedBy::person;
        CHECK(f.again() == Keys{"refused"});
    }
    SECTION("the secret was mended") {
        f.tried("later", 202, 1h);
        f.here.insert("later");
        CHECK(f.again() == Keys{"refused"});
        // It was asked for since, and is not in the list yet: once is enough.
        f.asked["refused"] = {k_now - 30min, 1};
        CHECK(f.again().empty());
        f.asked.clear();
        f.tried("refused", status, 30min);
        CHECK(f.again().empty());
        f.tried("still later", 202, 10min);
        f.here.insert("still later");
        CHECK(f.again() == Keys{"refused"});
    }
    SECTION("something before it was answered well, which shows nothing") {
        f.attempts.clear();
        f.tried("before", 202, 4h);
        f.here.insert("before");
        f.tried("refused", status, 3h);
        CHECK(f.again().empty());
    }
}

TEST_CASE("what was answered well and is not here comes again, unless it was another's before us") {
    Bench f;
    f.tried("restored", 202, 1h);
    CHECK(f.again() == Keys{"restored"});
    f.began = k_now - 30min;
    CHECK(f.again().empty());
    CHECK_FALSE(f.run().unsettled);
    f.began.reset();
    CHECK(f.again().empty());
}

TEST_CASE("a delivery that fails again is asked for after longer and longer, and then given up") {
    Bench f;
    std::size_t tries = 0;
    Milliseconds waited{};
    // Minute by minute, until nothing more is asked for.
    std::vector<Attempt> tried{{"1", "a", "push", k_now, 502}};
    for (Milliseconds passed = 0min; passed < 24h; passed += 1min) {
        const Choice choice =
            choose({tried, f.here, f.began, f.asked, k_now + passed, f.by, f.most});
        if (!choice.again.empty()) {
            REQUIRE(choice.again.size() == 1);
            CHECK(choice.again[0].attempts == tried.size());
            tried.insert(tried.begin(),
                         {std::to_string(tried.size() + 1), "a", "push", k_now + passed, 502});
            ++tries;
            waited = passed;
        }
    }
    CHECK(tries == k_most_attempts - 1);
    CHECK(waited >= 10h);
    CHECK(waited < 12h);
    const Choice last = choose({tried, f.here, f.began, f.asked, k_now + 24h, f.by, f.most});
    REQUIRE(last.given_up.size() == 1);
    CHECK(last.given_up[0].attempts == k_most_attempts);
    CHECK_FALSE(last.unsettled);
    const Choice person =
        choose({tried, f.here, f.began, f.asked, k_now + 24h, AskedBy::person, f.most});
    CHECK(person.again.size() == 1);
}

TEST_CASE("tries that the forge does not list count too: it may not want to send it again") {
    Bench f;
    f.tried("a", 0, 5h);
    f.asked["a"] = {k_now - 5min, 1};
    CHECK(f.again().empty());
    CHECK(f.run().waiting == 1);
    f.asked["a"] = {k_now - 11min, 1};
    CHECK(f.again() == Keys{"a"});
    f.asked["a"] = {k_now - 11min, k_most_attempts - 1};
    CHECK(f.again().empty());
    CHECK(f.run().given_up.size() == 1);
    // A person too waits until the forge's list can have it.
    f.by = AskedBy::person;
    CHECK(f.again() == Keys{"a"});
    f.asked["a"] = {k_now - 10s, 1};
    CHECK(f.again().empty());
}

TEST_CASE("only so many are asked for at once, and the others are left over") {
    Bench f;
    for (int i = 0; i < 10; ++i) {
        f.tried("key-" + std::to_string(i), 0, 10h - std::chrono::minutes(i));
    }
    f.most = 3;
    CHECK(f.again() == Keys{"key-0", "key-1", "key-2"});
    CHECK(f.run().left_over == 7);
    CHECK(f.run().waiting == 7);
    CHECK(f.run().unsettled == k_now - 10h);
}

TEST_CASE("what has no key or no time is handled all the same") {
    Bench f;
    f.attempts = {{"3", "b", "push", std::nullopt, 0},
                  {"2", "", "push", k_now - 1h, 0},
                  {"1", "a", "push", std::nullopt, 202}};
    CHECK(f.again() == Keys{"b"});
    CHECK_FALSE(f.run().unsettled);
    CHECK(choose({{}, f.here, f.began, f.asked, k_now, f.by, f.most}).again.empty());
}
