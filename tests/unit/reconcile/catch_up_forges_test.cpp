// What a forge that does not do as it should, or leads elsewhere, can do to us.
#include "tests/unit/reconcile/catch_up_bench.hpp"

using namespace hookd;
using namespace hookd::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("T077 a forge that wants to be left alone is, for as long as it says") {
    Bench f;
    f.forge.delivered("a", 0, f.clock.wall());
    struct Row {
        int status;
        std::vector<std::pair<std::string, std::string>> headers;
        const char* message;
        Milliseconds wait;
    };
    const std::string reset = std::to_string((f.clock.wall().time_since_epoch() + 10min) / 1s);
    const auto row = GENERATE_COPY(
        Row{429, {{"Retry-After", "120"}}, "slow down", 2min}, Row{429, {}, "slow down", 1min},
        Row{403, {{"Retry-After", "90"}}, "abuse", 90s},
        Row{403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}}, "API", 10min},
        Row{429, {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", reset}}, "API", 10min},
        Row{403, {}, "You have exceeded a secondary rate limit", 1min},
        Row{503, {{"Retry-After", "300"}}, "maintenance", 5min},
        Row{429, {{"Retry-After", "99999999"}}, "for ever", 60min},
        Row{429, {{"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"}}, "dated", 1min});
    INFO(row.status << " " << row.message);
    f.forge.answer_with([&row](const http::Request&) {
        auto response = ForgeApi::respond(row.status, {{"message", row.message}});
        response.headers = row.headers;
        return std::optional(response);
    });
    const std::string problem = f.turn().problem;
    CHECK_THAT(problem,
               Contains("answers " + std::to_string(row.status)) &&
                   Contains("; it is left alone until " + to_rfc3339(f.clock.wall() + row.wait)));
    CHECK(f.forge.requests() == 1);
    CHECK(f.sooner() == row.wait);
    f.forge.answer_with({});
    f.clock.advance(row.wait - 1ms);
    f.person_asks();
    CHECK(f.turn(AskedBy::person).problem == problem);
    CHECK(f.turn_of_another().problem == problem);
    CHECK(f.forge.requests() == 1);
    f.clock.advance(1ms);
    CHECK(f.turn().problem.empty());
    CHECK(f.forge.asked() == Keys{"a"});
    CHECK_FALSE(f.sooner());
}

TEST_CASE("T077 an API that is out is tried once in a minute, however many endpoints have it") {
    Bench f;
    f.forge.answer_with([](const http::Request&) { return std::optional(ForgeApi::respond(502)); });
    const std::string problem = f.turn().problem;
    CHECK_FALSE(problem.empty());
    CHECK(f.turn_of_another().problem == problem);
    CHECK(f.forge.requests() == 1);
    CHECK_FALSE(f.sooner());
    f.forge.answer_with({});
    SECTION("a minute later") {
        f.clock.advance(1min);
    }
    SECTION("a person asks") {
        f.person_asks();
    }
    CHECK(f.turn_of_another().problem.empty());
    CHECK(f.turn().problem.empty());
}

TEST_CASE("what a forge does not want to send again does not keep the others back") {
    Bench f(ForgeApi::Kind::gitlab);
    f.forge.delivered("disabled", 0, f.clock.wall());
    f.forge.delivered("fine", 0, f.clock.wall());
    f.forge.answer_with([](const http::Request& request) {
        return request.head.target.ends_with("/1001/resend")
                   ? std::optional(ForgeApi::respond(422, {{"message", "Hook disabled"}}))
                   : std::nullopt;
    });
    const auto report = f.turn();
    CHECK_THAT(report.problem, Contains("gitlab answers 422 to POST") && Contains("Hook disabled"));
    CHECK(f.forge.asked() == Keys{"fine"});
    CHECK(report.waiting == 1);
    // It is not asked for at every turn.
    const auto before = f.forge.requests("/1001/resend");
    f.clock.advance(5min);
    static_cast<void>(f.turn());
    CHECK(f.forge.requests("/1001/resend") == before);
    f.clock.advance(6min);
    static_cast<void>(f.turn());
    CHECK(f.forge.requests("/1001/resend") == before + 1);
}

TEST_CASE("T075 an API that sends us elsewhere is not followed, nor are the URLs in its answers") {
    test::TestServer canary;
    const std::string trap = "http://127.0.0.1:" + std::to_string(canary.port) + "/repos";
    Bench f;
    f.forge.delivered("a", 0, f.clock.wall());
    SECTION("a redirect") {
        const int status = GENERATE(301, 302, 307, 308);
        f.forge.answer_with([&](const http::Request&) {
            auto response = ForgeApi::respond(status);
            response.headers.emplace_back("Location", trap);
            return std::optional(response);
        });
        CHECK_THAT(f.turn().problem, Contains("github sends us elsewhere"));
    }
    SECTION("the next page's") {
        f.forge.answer_with([&](const http::Request& request) -> std::optional<http::Response> {
            if (request.head.target.find("/deliveries?per_page=100") == std::string::npos ||
                request.head.query("cursor")) {
                return std::nullopt;
            }
            auto response = ForgeApi::respond(200, nlohmann::json::array());
            response.headers.emplace_back(
                "Link", "<" + trap + "?cursor=v1_0>; rel=\"next\", <" + trap + ">; rel=\"first\"");
            return response;
        });
        CHECK(f.turn().problem.empty());
        CHECK(f.forge.asked() == Keys{"a"});
    }
    SECTION("a cursor that is none") {
        const char* cursor = GENERATE("a/../b", "a b", "a\"b", "%0d%0aX: y#", "");
        const auto page = find_forge("github")->read_page(
            {}, {200, {{"link", "<" + trap + "?cursor=" + cursor + ">; rel=\"next\""}}, ""}, "");
        CHECK(page->next.empty());
    }
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T075 an API whose name leads to this machine is not asked") {
    test::TestServer canary;
    Bench f;
    const std::string port = std::to_string(canary.port);
    SECTION("the resolver says so") {
        f.endpoint.catch_up->api = "http://api.forge.test:" + port;
        const char* answer =
            GENERATE("127.0.0.1", "[::1]", "10.0.0.1,127.0.0.1", "169.254.169.254");
        f.settings.api.resolved = {"api.forge.test:" + port + ":" + answer};
    }
    SECTION("in other words") {
        const char* host = GENERATE("127.1", "2130706433", "0", "[::ffff:127.0.0.1]");
        f.endpoint.catch_up->api = std::string("http://") + host + ":" + port;
    }
    f.restart();
    CHECK_FALSE(f.turn().problem.empty());
    CHECK(canary.service.seen().empty());
}

TEST_CASE("T077 a forge that answers nonsense, too much or never is a problem and nothing more") {
    Bench f(GENERATE(from_range(k_both)));
    f.settings.api.bytes = 10'000;
    f.settings.api.time = Milliseconds{200};
    f.restart();
    f.endpoint.catch_up->hook = 7;
    http::Response response;
    bool hangs = false;
    SECTION("a page") {
        response.body = "<html>";
    }
    SECTION("an object") {
        response.body = R"({"id": 1})";
    }
    SECTION("ids that are paths") {
        response.body = R"([{"id": "../../users", "guid": "a"}])";
    }
    SECTION("no ids") {
        response.body = "[{}]";
    }
    SECTION("half") {
        response.body = R"([{"id": 1, "guid": )";
    }
    SECTION("too deep") {
        response.body = std::string(9'000, '[');
    }
    SECTION("too much") {
        response.body = "[" + std::string(20'000, ' ') + "]";
    }
    SECTION("trouble") {
        response.status = 500;
    }
    SECTION("never") {
        hangs = true;
    }
    if (hangs) {
        f.forge.server().service.hold();
    } else {
        f.forge.answer_with([&response](const http::Request&) { return std::optional(response); });
    }
    // What could not be listed counts as not looked at.
    for (int turns = 0; turns < 2; ++turns) {
        const auto report = f.turn();
        CHECK_FALSE(report.problem.empty());
        CHECK_FALSE(report.at);
        CHECK_FALSE(report.since);
        if (hangs) {
            f.forge.server().service.next().respond({});
        }
        f.clock.advance(1min);
    }
    CHECK(f.forge.asked().empty());
}

TEST_CASE("pages without end are read to an end, and it is said that there are more") {
    Bench f;
    f.endpoint.catch_up->hook = 7;
    std::uint64_t number = 0;
    f.forge.answer_with([&](const http::Request&) {
        ++number;
        auto response = ForgeApi::respond(200, {{{"id", number},
                                                 {"guid", "g"},
                                                 {"status_code", 200},
                                                 {"delivered_at", to_rfc3339(f.clock.wall())}}});
        response.headers.emplace_back(
            "Link", "<https://x/?cursor=v" + std::to_string(number) + ">; rel=\"next\"");
        return std::optional(response);
    });
    const auto report = f.turn();
    CHECK(f.forge.requests() == find_forge("github")->most_pages);
    CHECK_THAT(report.problem, Contains("only the newest 100 tries to deliver were looked at"));
    // The next turn need not go back so far again.
    CHECK(f.turn().since == f.clock.wall());
}

TEST_CASE("a turn ends where hookd stops") {
    Bench f;
    f.forge.delivered("a", 0, f.clock.wall());
    f.stop.request_stop();
    CHECK_FALSE(f.turn().problem.empty());
    CHECK(f.forge.asked().empty());
}
