// Which deliveries a forge is asked for.
#include "config/read_catch_up.hpp"
#include "tests/unit/reconcile/catch_up_bench.hpp"

using namespace hookd;
using namespace hookd::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("what the configuration calls askable is what can be asked") {
    for (const config::AskableForge& each : config::askable_forges()) {
        INFO(each.provider);
        CHECK(find_forge(each.provider) != nullptr);
    }
    CHECK(find_forge("gitea") == nullptr);
    CHECK(config::askable_forges().size() == 2);
}

TEST_CASE("T031 deliveries that failed are asked for once, and those that came are not") {
    Bench f(GENERATE(from_range(k_both)));
    const WallTime now = f.clock.wall();
    f.forge.delivered("missed-1", 0, now - 3h);
    f.forge.delivered("came", 202, now - 2h);
    f.arrives("came");
    f.forge.delivered("missed-2", 502, now - 1h);
    f.forge.deliver_with([&f](const ForgeApi::Try& again) {
        f.arrives(again.key);
        return 202;
    });
    const auto first = f.turn();
    CHECK(first.problem.empty());
    CHECK(first.listed == 3);
    CHECK_FALSE(first.since);
    CHECK(f.forge.asked() == Keys{"missed-1", "missed-2"});
    CHECK_THAT(to_line(first), Contains("asked " + f.forge.provider() +
                                        " for 2 deliveries of /hooks/acme that did not arrive: "
                                        "push missed-1 (no answer), push missed-2 (answered 502)"));
    // The first turn could not see that both came: the second looks back as far, also after a
    // restart.
    f.restart();
    f.clock.advance(10min);
    const auto second = f.turn();
    CHECK(second.problem.empty());
    CHECK(second.asked.empty());
    CHECK(second.since == now - 3h - 1ms);
    CHECK(f.turn().since == f.clock.wall());
    CHECK(f.forge.asked().size() == 2);
}

TEST_CASE("a forge that is asked for the first time is not asked for what others took before") {
    Bench f;
    f.forge.delivered("others", 200, f.clock.wall() - 1h);
    CHECK(f.turn().asked.empty());
    f.clock.advance(1h);
    f.forge.delivered("lost with our disk", 202, f.clock.wall() - 1min);
    CHECK(f.turn().asked.size() == 1);
    CHECK(f.forge.asked() == Keys{"lost with our disk"});
}

TEST_CASE("all pages are read back to what is settled, and no further") {
    Bench f(GENERATE(from_range(k_both)));
    const bool is_github = f.endpoint.provider == "github";
    f.forge.page_size(is_github ? 10 : 20);
    for (int i = 0; i < 60; ++i) {
        const std::string key = "key-" + std::to_string(i);
        f.forge.delivered(key, i == 0 ? 0 : 202, f.clock.wall() - 60min + std::chrono::minutes(i));
        if (i > 0) {
            f.arrives(key);
        }
    }
    f.forge.deliver_with([&f](const ForgeApi::Try& again) {
        f.arrives(again.key);
        return 202;
    });
    CHECK(f.turn().listed == 60);
    CHECK(f.forge.asked() == Keys{"key-0"});
    f.clock.advance(10min);
    CHECK(f.turn().problem.empty());
    f.clock.advance(20min);
    const auto before = f.forge.requests(is_github ? "/deliveries?" : "/events?");
    CHECK(f.turn().problem.empty());
    CHECK(f.forge.requests(is_github ? "/deliveries?" : "/events?") == before + 1);
}

TEST_CASE("a GitLab that does not say when is read as far as it goes") {
    Bench f(ForgeApi::Kind::gitlab);
    f.forge.tells_no_times();
    for (int i = 0; i < 30; ++i) {
        f.forge.delivered("key-" + std::to_string(i), 500, f.clock.wall());
    }
    const auto report = f.turn();
    CHECK(report.problem.empty());
    CHECK(report.listed == 30);
    CHECK(f.forge.asked() == Keys{"key-0", "key-1", "key-2", "key-3", "key-4"});
    CHECK(report.waiting == 25);
    // Five a minute is what it allows: the others are asked for before the timer's next turn.
    CHECK(f.sooner() == 60s);
}

TEST_CASE("GitHub is given a second between two requests that have it send") {
    Bench f;
    for (int i = 0; i < 4; ++i) {
        f.forge.delivered("key-" + std::to_string(i), 0, f.clock.wall() - 1h);
    }
    CHECK(f.turn().asked.size() == 4);
    CHECK(f.waited == 3s);
    CHECK_FALSE(f.sooner());
}

TEST_CASE("a delivery that never comes is given up, aloud, and a person can ask for it again") {
    Bench f;
    f.forge.delivered("never", 0, f.clock.wall());
    f.forge.deliver_with([](const ForgeApi::Try&) { return 500; });
    DeliveryReport report;
    for (int turns = 0; turns < 100 && report.given_up.empty(); ++turns) {
        report = f.turn();
        f.clock.advance(10min);
    }
    REQUIRE(report.given_up.size() == 1);
    CHECK(f.forge.asked().size() == k_most_attempts - 1);
    CHECK(given_up_line(report, report.given_up) ==
          "gave up on 1 delivery of /hooks/acme after at least 8 tries each: push never (answered "
          "500)");
    f.clock.advance(10min);
    CHECK(f.turn(AskedBy::person).asked.size() == 1);
}

TEST_CASE("the hook is found by the path of its URL, or has the configured number") {
    Bench f;
    f.forge.delivered("a", 0, f.clock.wall());
    SECTION("one") {
        f.forge.hook_urls({"https://ci.acme.test/hooks/acme", "https://ci.acme.test/hooks/acme2"});
        CHECK(f.turn().problem.empty());
        CHECK(f.turn().problem.empty());
        CHECK(f.forge.requests("/hooks?") == 1);
    }
    SECTION("none") {
        f.forge.hook_urls({"https://ci.acme.test/other?to=/hooks/acme", "/hooks/acme", ""});
        CHECK(
            f.turn().problem ==
            "no hook of acme/shop has a URL that ends in /hooks/acme: write \"hook\", its number");
    }
    SECTION("two") {
        f.forge.hook_urls({"https://a.test/hooks/acme", "http://b.test/x/hooks/acme"});
        CHECK_THAT(f.turn().problem, Contains("more than one hook of acme/shop"));
    }
    SECTION("configured") {
        f.forge.hook_urls({});
        f.endpoint.catch_up->hook = 7;
        CHECK(f.turn().problem.empty());
        CHECK(f.forge.requests("/hooks?") == 0);
    }
    SECTION("configured, and gone") {
        f.endpoint.catch_up->hook = 8;
        CHECK_THAT(f.turn().problem,
                   Contains("github answers 404 to GET /repos/acme/shop/hooks/8/deliveries: "
                            "Not Found; it is not there, or the token may not see it"));
    }
}

TEST_CASE("what the hook belongs to is a path of the forge's") {
    struct Row {
        const char* provider;
        const char* repository;
        const char* owner;
        const char* path;
    };
    const auto row = GENERATE(
        Row{"github", "acme/shop", "", "/repos/acme/shop/hooks"},
        Row{"github", "", "acme", "/orgs/acme/hooks"},
        Row{"gitlab", "acme/web/shop", "", "/projects/acme%2Fweb%2Fshop/hooks"},
        Row{"gitlab", "", "acme/web", "/groups/acme%2Fweb/hooks"},
        Row{"gitlab", "c++/x", "", "/projects/c%2B%2B%2Fx/hooks"}, Row{"github", "shop", "", ""},
        Row{"github", "a/b/c", "", ""}, Row{"github", "", "a/b", ""});
    INFO(row.provider << " " << row.repository << row.owner);
    const auto path = find_forge(row.provider)->hooks({row.repository, row.owner});
    CHECK(path.has_value() == (*row.path != '\0'));
    CHECK(path.value_or("") == row.path);
}

TEST_CASE("a token that is refused is one clear line, and nothing is asked for") {
    Bench f(GENERATE(from_range(k_both)));
    f.forge.delivered("a", 0, f.clock.wall());
    SECTION("unknown") {
        f.endpoint.catch_up->token = config::Secret("wrong-0123456789abcdef");
        CHECK(f.turn().problem ==
              f.forge.provider() + " refuses the \"token\" of \"catch_up\" (401)");
    }
    SECTION("not enough") {
        f.forge.answer_with([](const http::Request& request) {
            return request.head.method == "POST"
                       ? std::optional(ForgeApi::respond(403, {{"message", "no\x1b[31m\nway"}}))
                       : std::nullopt;
        });
        const std::string problem = f.turn().problem;
        CHECK_THAT(problem, Contains(" answers 403 to POST ") && Contains("no") &&
                                Contains("way; ") &&
                                Contains(std::string(find_forge(f.forge.provider())->token_needs)));
        CHECK(problem.find_first_of("\x1b\n") == std::string::npos);
        CHECK_FALSE(f.sooner());
    }
    CHECK(f.forge.asked().empty());
}
