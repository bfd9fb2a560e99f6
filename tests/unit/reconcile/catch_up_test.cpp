#include "reconcile/catch_up.hpp"

#include "config/read_catch_up.hpp"
#include "core/base/ulid.hpp"
#include "core/queue/sqlite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/forge_api.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace hookd;
using namespace hookd::reconcile;
using namespace std::chrono_literals;
using Catch::Contains;
using test::ForgeApi;

namespace {

using Keys = std::vector<std::string>;

constexpr auto k_path = "/hooks/acme";

/// A forge, an endpoint of ours, a queue, and what joins them.
class Bench {
  public:
    explicit Bench(ForgeApi::Kind kind = ForgeApi::Kind::github) : forge(kind) {
        reopen();
        endpoint.path = k_path;
        endpoint.provider = forge.provider();
        endpoint.repositories = {"acme/shop"};
        endpoint.catch_up = config::CatchUp{
            config::Secret(ForgeApi::k_token), forge.url(), "", "", std::nullopt, false};
        forge.sends_at(clock.wall());
    }

    /// As after a restart: what is not in the queue is forgotten.
    void restart() {
        catch_up_.reset();
        queue_.reset();
        reopen();
    }

    DeliveryReport turn(AskedBy by = AskedBy::timer) {
        forge.sends_at(clock.wall());
        return catch_up_->turn(endpoint, by, stop.get_token());
    }
    /// Another endpoint whose forge has the same API.
    DeliveryReport turn_of_another() {
        config::Endpoint other;
        other.path = "/hooks/other";
        other.provider = endpoint.provider;
        other.repositories = endpoint.repositories;
        other.catch_up =
            config::CatchUp{config::Secret(ForgeApi::k_token), forge.url(), "", "", 7, false};
        return catch_up_->turn(other, AskedBy::person, stop.get_token());
    }
    void person_asks() { catch_up_->forget_outages(); }
    [[nodiscard]] std::optional<Milliseconds> sooner() const { return catch_up_->sooner(endpoint); }

    /// The delivery came through our listener.
    void arrives(const std::string& key) {
        queue::Arrival arrival;
        arrival.delivery.id = DeliveryId(make_ulid(clock.wall()));
        arrival.delivery.source = k_path;
        arrival.delivery.provider = forge.provider();
        arrival.delivery.key = key;
        arrival.delivery.received_at = clock.wall();
        REQUIRE(queue_->accept_and_wait(std::move(arrival)));
    }

    ManualClock clock;
    ForgeApi forge;
    config::Endpoint endpoint;
    CatchUpSettings settings;
    std::stop_source stop;
    Milliseconds waited{};

  private:
    void reopen() {
        queue_ =
            queue::open_sqlite(
                {.file = folder_ / "queue.db", .mode = queue::OpenMode::create_if_missing}, clock)
                .value();
        catch_up_.emplace(CatchUpContext{
            *queue_, clock, log_,
            [this](Milliseconds time, const std::stop_token&) { waited += time; }, settings});
    }

    test::TemporaryFolder folder_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<queue::Queue> queue_;
    std::optional<CatchUp> catch_up_;
};

const auto k_both = {ForgeApi::Kind::github, ForgeApi::Kind::gitlab};

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
