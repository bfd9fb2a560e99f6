#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/git_repository.hpp"

namespace hookd {
namespace {

const std::string k_endpoint = "/hooks/github/acme/shop";

/// What `hookctl` prints, and its exit status.
std::pair<int, std::string> ask(const test::Daemon& daemon, std::vector<std::string> arguments) {
    const auto output = daemon.folder() / "output";
    std::filesystem::remove(output);
    std::vector<std::string> command = {std::string(HOOKD_BIN_DIR) + "/hookctl", "--config",
                                        daemon.server_file().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const int status = test::run_program(command, output);
    return {status, read_file(output).value_or("")};
}

/// What the sender of a push is answered.
std::string deliver(const test::Daemon& daemon, const std::string& from, const std::string& to,
                    const std::string& delivery) {
    return ask(daemon, {"send", "--provider", "github", "--secret-file",
                        (daemon.folder() / "etc/secrets/shop").string(), "--repository",
                        "acme/shop", "--ref", "main", "--old", from, "--new", to, "--delivery",
                        delivery, daemon.url(k_endpoint)})
        .second;
}

std::string state_of(const test::Daemon& daemon, int run, int action) {
    return daemon.get("/api/v1/runs/" + std::to_string(run))["actions"][action]["state"];
}

TEST_CASE("T007 an old push delivered again deploys nothing; a person's replay of it does") {
    test::Daemon daemon;
    test::GitRepository repository;
    const auto site = daemon.folder() / "site";
    daemon.add_secret("shop", "0123456789abcdef-secret");
    daemon.add_repository("shop", "repository: acme/shop\npath: " + repository.path().string() +
                                      R"(
webhook: {provider: github, secret: {file: ../secrets/shop}}
rules:
  - name: release
    on: {push: {branches: [main]}}
    actions:
      - {name: lint, lint: {run: "test -f page"}}
      - {name: version, needs: [lint], tag: {}}
      - {name: ship, needs: [lint], deploy: {environment: production, to: {path: ")" +
                                      site.string() + R"("}}}
)");
    std::vector<std::string> commits;
    for (const char* text : {"a", "b", "c"}) {
        const auto blob = repository.line({"hash-object", "-w", "--stdin"}, text);
        const auto tree = repository.line({"mktree"}, "100644 blob " + blob + "\tpage\n");
        std::vector<std::string> arguments = {"commit-tree", "-m", text, tree};
        if (!commits.empty()) {
            arguments.insert(arguments.end(), {"-p", commits.back()});
        }
        commits.push_back(repository.line(arguments));
    }
    const auto& [a, b, c] = std::tie(commits[0], commits[1], commits[2]);
    const auto move_to = [&](const std::string& commit) {
        repository.git({"update-ref", "refs/heads/main", commit});
    };
    move_to(b);
    daemon.start();

    CHECK(deliver(daemon, a, b, "d-1").find("202") == 0);
    REQUIRE(daemon.settles());
    CHECK(state_of(daemon, 1, 2) == "success");
    CHECK(read_file(site / "current/page") == "b");
    move_to(c);
    CHECK(deliver(daemon, b, c, "d-2").find("202") == 0);
    REQUIRE(daemon.settles());
    CHECK(read_file(site / "current/page") == "c");

    // The same bytes under their id, under another id, and in words that were never sent before.
    CHECK(deliver(daemon, a, b, "d-1").find("\"runs\":0") != std::string::npos);
    CHECK(deliver(daemon, a, b, "d-3").find("\"duplicate\":true") != std::string::npos);
    CHECK(daemon.list("runs").size() == 2);
    CHECK(daemon.log().find("under another id") != std::string::npos);
    CHECK(deliver(daemon, c, a, "d-4").find("202") == 0);
    REQUIRE(daemon.settles());
    CHECK(state_of(daemon, 3, 0) == "success");
    CHECK(state_of(daemon, 3, 1) == "superseded");
    CHECK(state_of(daemon, 3, 2) == "superseded");
    CHECK(daemon.get("/api/v1/runs/3")["actions"][2]["reason"].get<std::string>().find(
              "\"refs/heads/main\" points at " + c) == 0);
    CHECK(read_file(site / "current/page") == "c");

    const auto old = daemon.get("/api/v1/runs/1")["event"].get<std::string>();
    const auto [status, text] = ask(daemon, {"replay", old, "--rule", "release"});
    INFO(text);
    CHECK(status == 0);
    CHECK(text == "started run 4 of rule release\n");
    REQUIRE(daemon.settles());
    CHECK(state_of(daemon, 4, 2) == "success");
    CHECK(read_file(site / "current/page") == "b");
    CHECK(daemon.log().find("an event is replayed") != std::string::npos);
    CHECK(ask(daemon, {"run", "4"}).second.find("rerun 1: replay by owner\n") != std::string::npos);
    CHECK(ask(daemon, {"event", old}).second.find("started run 1, 4 (replay)") !=
          std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("hookctl replay says what it cannot do, and is done once for a key") {
    test::Daemon daemon;
    daemon.add_secret("shop", "0123456789abcdef-secret");
    daemon.add_repository("shop", R"(repository: acme/shop
webhook: {provider: github, secret: {file: ../secrets/shop}}
rules:
  - name: checks
    on: {push: {}}
    actions: [{name: one, workspace: none, run: "true"}]
  - name: other
    on: {push: {branches: [next]}}
    actions: [{name: one, workspace: none, run: "true"}]
)");
    daemon.start();
    deliver(daemon, std::string(40, '1'), std::string(40, '2'), "d-1");
    REQUIRE(daemon.settles());
    const auto event = daemon.list("events").at(0).at("id").get<std::string>();

    const auto unknown = ask(daemon, {"replay", event, "--rule", "chekcs"});
    CHECK(unknown.first == 1);
    CHECK(unknown.second.find("has no rule \"chekcs\"; there are: checks, other") !=
          std::string::npos);
    CHECK(ask(daemon, {"replay", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}).first == 1);
    CHECK(ask(daemon, {"replay"}).first == 2);
    const auto none = ask(daemon, {"replay", event, "--rule", "other"});
    CHECK(none.first == 1);
    CHECK(none.second.find("rule other: because of on.push.branches, saw main") !=
          std::string::npos);
    const auto dry = ask(daemon, {"replay", event, "--rule", "checks", "--dry-run"});
    CHECK(dry.first == 0);
    CHECK(dry.second.find("rule checks: starts 1 action") != std::string::npos);
    CHECK(dry.second.find("rule other") == std::string::npos);
    CHECK(daemon.list("runs").size() == 1);

    CHECK(ask(daemon, {"replay", event, "--key", "k"}).second == "started run 2 of rule checks\n");
    REQUIRE(daemon.settles());
    daemon.kill_now();
    daemon.start();
    const auto again = ask(daemon, {"replay", event, "--key", "k"});
    CHECK(again.first == 0);
    CHECK(again.second.find("this key was used before") == 0);
    CHECK(daemon.list("runs").size() == 2);
    CHECK(ask(daemon, {"replay", event}).second == "started run 3 of rule checks\n");
    CHECK(daemon.stop() == 0);
    CHECK(ask(daemon, {"replay", event}).first == 3);
}

TEST_CASE("hookctl replay takes a delivery that was refused, once its repository has rules") {
    test::Daemon daemon;
    daemon.add_secret("shop", "0123456789abcdef-secret");
    const auto rules = [&daemon](const std::string& repositories) {
        test::write_text(daemon.server_file(),
                         "state: " + daemon.state().root().string() +
                             "\nlisten: {webhooks: {address: \"127.0.0.1:0\"}}\nwebhooks:\n"
                             "  - {path: /hooks/team, provider: github, secret: {file: "
                             "secrets/shop}, repositories: [" +
                             repositories + "]}\n");
    };
    rules("acme/shop");
    daemon.add_repository("other", R"(repository: acme/other
rules:
  - name: checks
    on: {push: {}}
    actions: [{name: one, workspace: none, run: "true"}]
)");
    daemon.start();
    const auto sent = ask(daemon, {"send", "--provider", "github", "--secret-file",
                                   (daemon.folder() / "etc/secrets/shop").string(), "--repository",
                                   "acme/other", "--ref", "main", "--new", std::string(40, '2'),
                                   "--delivery", "d-1", daemon.url("/hooks/team")});
    CHECK(sent.second.find("403") == 0);
    // It is written in the room that others leave.
    REQUIRE(test::eventually([&] { return daemon.list("deliveries").size() == 1; }));
    const auto id = daemon.list("deliveries").at(0).at("id").get<std::string>();
    const auto shown = ask(daemon, {"delivery", id});
    CHECK(shown.second.find("`hookctl replay --delivery " + id + "` takes it.") !=
          std::string::npos);

    const auto still = ask(daemon, {"replay", "--delivery", id});
    CHECK(still.first == 4);
    CHECK(still.second.find("refused again, with 403: this endpoint may not speak for") !=
          std::string::npos);
    CHECK(ask(daemon, {"replay", "--delivery", id, "--rule", "checks"}).first == 2);

    rules("acme/shop, acme/other");
    REQUIRE(ask(daemon, {"reload"}).first == 0);
    const auto taken = ask(daemon, {"replay", "--delivery", id});
    INFO(taken.second);
    CHECK(taken.first == 0);
    const auto as = daemon.list("deliveries").at(0).at("id").get<std::string>();
    const auto event = daemon.list("events").at(0).at("id").get<std::string>();
    CHECK(taken.second ==
          "taken as delivery " + as + "\nevent " + event + "\nstarted run 1 of rule checks\n");
    REQUIRE(daemon.settles());
    CHECK(state_of(daemon, 1, 0) == "success");
    CHECK(ask(daemon, {"replay", "--delivery", id})
              .second.find("was taken before, as delivery " + as) == 0);
    CHECK(
        ask(daemon, {"delivery", as}).second.find("replay of   " + id + ", asked for by owner\n") !=
        std::string::npos);
    CHECK(ask(daemon, {"delivery", id}).second.find("taken as    " + as + "\n") !=
          std::string::npos);
    CHECK(daemon.list("runs").size() == 1);
    CHECK(daemon.stop() == 0);
}

}  // namespace
}  // namespace hookd
