#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/forge_api.hpp"
#include "tests/support/git_repository.hpp"
#include "webhook/provider.hpp"

#include <atomic>

using namespace hookd;
using namespace hookd::test;
using Catch::Contains;

namespace {

const std::string k_secret = "0123456789abcdef-secret";

std::string repository_file(const ForgeApi& forge, const std::string& where = "") {
    return "repository: acme/shop\n" + where + "webhook:\n  provider: " + forge.provider() +
           "\n  secret: {file: ../secrets/shop}\n"
           "  catch_up: {token: {file: ../secrets/token}, hook: 7, api: \"" +
           forge.url() +
           "\"}\n"
           "rules:\n"
           "  - name: note\n"
           "    on: {push: {}}\n"
           "    actions: [{name: note, workspace: none, run: [\"true\"]}]\n";
}

/// Has the forge deliver one push to the daemon, signed, under the key of each try.
void deliver_to(ForgeApi& forge, const Daemon& daemon, const std::string& before,
                const std::string& after) {
    forge.deliver_with(
        [provider = forge.provider(), &daemon, before, after](const ForgeApi::Try& again) {
            const webhook::Provider& row = *webhook::find_provider(provider);
            const WallTime now = RealClock().wall();
            const auto push =
                row.make_push({"acme/shop", "refs/heads/main", before, after}, now).value();
            const auto signed_headers =
                row.sign({push.event, again.key, push.json, k_secret, now}).value();
            http::ClientRequest request;
            request.method = "POST";
            request.url = daemon.url("/hooks/" + provider + "/acme/shop");
            request.headers = signed_headers.all();
            request.body = push.json;
            const auto answer = http::send(request);
            return answer ? answer->status : 0;
        });
}

/// hookctl reconcile; what it printed.
std::string reconcile(const Daemon& daemon, int expected_exit = 0) {
    const auto out = daemon.folder() / "out";
    std::filesystem::remove(out);
    const int exit = run_program({std::string(HOOKD_BIN_DIR) + "/hookctl", "--server",
                                  "unix:" + daemon.state().api_socket().string(), "reconcile"},
                                 out);
    const std::string text = read_file(out).value_or("");
    INFO(text);
    CHECK(exit == expected_exit);
    return text;
}

void add_secrets(const Daemon& daemon) {
    daemon.add_secret("shop", k_secret);
    daemon.add_secret("token", ForgeApi::k_token);
}

}  // namespace

TEST_CASE("T031 what a forge could not deliver while hookd was down comes again at the start") {
    ForgeApi forge(GENERATE(ForgeApi::Kind::github, ForgeApi::Kind::gitlab));
    Daemon daemon;
    add_secrets(daemon);
    daemon.add_repository("shop", repository_file(forge));
    deliver_to(forge, daemon, std::string(40, '1'), std::string(40, '2'));
    const WallTime down = RealClock().wall();
    forge.sends_at(down);
    forge.delivered("d-1", 0, down);

    daemon.start();
    CHECK(eventually([&] { return daemon.list("runs").size() == 1; }));
    REQUIRE(daemon.settles());
    CHECK(eventually([&] {
        return daemon.log().find("asked " + forge.provider() + " for 1 delivery of /hooks/" +
                                 forge.provider() + "/acme/shop that did not arrive: ") !=
               std::string::npos;
    }));
    // Asking again, also as another process, asks for nothing.
    CHECK_THAT(reconcile(daemon),
               Contains("nothing that " + forge.provider() + " lists has to come again, since 20"));
    daemon.stop();
    daemon.start();
    CHECK_THAT(reconcile(daemon), Contains("has to come again, since 20"));
    CHECK(forge.asked() == std::vector<std::string>{"d-1"});
    CHECK(daemon.list("events").size() == 1);
    CHECK(daemon.list("runs").size() == 1);
    // The secret is nowhere to be seen, the token neither.
    CHECK(daemon.log().find(ForgeApi::k_token) == std::string::npos);
}

TEST_CASE("T085 what refs show and what the forge sends again is one event") {
    ForgeApi forge(ForgeApi::Kind::github);
    GitRepository git;
    const auto first = git.commit("main", {{"a", "1"}});
    Daemon daemon;
    add_secrets(daemon);
    daemon.add_repository("shop", repository_file(forge, "path: " + git.path().string() + "\n"));
    daemon.start();
    CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
    daemon.stop();

    // The repository moved, and the forge could not tell.
    const auto second = git.commit("main", {{"a", "2"}});
    deliver_to(forge, daemon, first.text(), second.text());
    const WallTime down = RealClock().wall();
    forge.sends_at(down);
    forge.delivered("d-1", 502, down);
    const bool refs_come_first = GENERATE(true, false);
    std::atomic<bool> is_open = !refs_come_first;
    forge.answer_with([&is_open](const http::Request&) {
        return is_open ? std::nullopt : std::optional(ForgeApi::respond(500));
    });
    daemon.start();
    CHECK(eventually([&] { return daemon.list("events").size() == 1; }));
    if (refs_come_first) {
        CHECK(daemon.list("events")[0]["source"] == "reconcile");
        is_open = true;
        CHECK_THAT(reconcile(daemon), Contains("asked github for 1 delivery"));
        CHECK(daemon.list("events")[0]["deliveries"] == 2);
    }
    REQUIRE(daemon.settles());
    CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
    CHECK(forge.asked() == std::vector<std::string>{"d-1"});
    CHECK(daemon.list("events").size() == 1);
    CHECK(daemon.list("runs").size() == 1);
}

TEST_CASE("T077 a forge's API that hangs keeps neither refs nor hookd's end waiting") {
    ForgeApi forge(ForgeApi::Kind::github);
    forge.server().service.hold();
    GitRepository git;
    git.commit("main", {{"a", "1"}});
    Daemon daemon;
    add_secrets(daemon);
    daemon.add_repository("shop", repository_file(forge, "path: " + git.path().string() + "\n"));
    daemon.start();
    const auto held = forge.server().service.next();
    CHECK(eventually([&] {
        const auto report = daemon.get("/api/v1/reconcile");
        return report["repositories"].size() == 1 && report["endpoints"].empty();
    }));
    CHECK(daemon.stop() == 0);
}
